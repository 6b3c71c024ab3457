import pytest

from netwright.report.sections.robustness import (
    anchor_table,
    flip_table,
    robustness_section,
    settlement_text,
    standpoint_table,
)


@pytest.fixture
def decision(complete_study):
    return complete_study.decision


def texts(row):
    return [cell.text for cell in row]


def test_contenders_stand_in_the_order_of_their_first_ranks(decision):
    rows = standpoint_table(decision, decision.tradeoffs).rows
    assert [row[0].text for row in rows] == ["resnet-small", "mlp", "logistic-regression", "alexnet-small"]
    assert texts(rows[0])[1:] == ["61%", "91%", "0.780", "0.061", "0.00", "0.52", "0.30", "0.18"]
    assert rows[0][3].below == "0.740–0.810"


def test_who_never_ranks_first_has_no_central_weights(decision):
    last = standpoint_table(decision, decision.tradeoffs).rows[-1]
    assert texts(last)[-3:] == ["–", "–", "–"]
    assert last[2].text == "–"


def test_without_weights_there_is_no_column_of_utility(decision):
    bare = tuple(s.model_copy(update={"utility": None}) for s in decision.tradeoffs.standpoints)
    table = standpoint_table(decision, decision.tradeoffs.model_copy(update={"standpoints": bare}))
    assert "Utility" not in [cell.text for cell in table.columns]
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_flip_says_each_weight_before_and_after(decision):
    rows = [texts(row) for row in flip_table(decision, decision.tradeoffs).rows]
    assert rows[0] == ["Accuracy", "0.60", "0.41", "−0.19"]
    assert flip_table(decision, decision.tradeoffs.model_copy(update={"flip": None})).rows == ()


def test_anchors_bear_their_unit(decision):
    assert [texts(row) for row in anchor_table(decision, decision.tradeoffs).rows][1] == [
        "Latency, p99", "20 ms", "0", "the scenario",
    ]  # fmt: skip


def test_seeds_that_settle_a_constraint(decision):
    sure, never = decision.tradeoffs.settlements
    assert settlement_text(decision, sure) == (
        "Latency, p99 holds with P 40% after 3 seeds; 9 in all would settle it if the estimate stays"
    )
    assert "no number of seeds would settle it" in settlement_text(decision, never)


def test_no_record_no_section(study):
    assert robustness_section(study) is None
