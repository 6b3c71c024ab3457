from netwright.records.units import format_quantity
from netwright.report.tables import accuracy_table, constraint_table, cost_table


def test_constraints_say_verdict_value_and_probability(study):
    table = constraint_table(study.decision)
    assert [cell.text for cell in table.columns] == [
        "Candidate", "Accuracy", "Latency, p99", "Size on disk", "P(front)", "Why",
    ]  # fmt: skip
    forest = next(row for row in table.rows if row[0].text == "random-forest")
    assert (forest[2].text, forest[2].symbol, forest[2].kind) == ("21 ms", "✗", "fail")
    assert forest[2].below == "18.9–23.1 ms\nP(holds) <1%"
    assert (forest[1].symbol, forest[1].kind) == ("✓", "pass")
    assert forest[0].below == "✕ rejected"


def test_a_verdict_that_is_missing_is_undecided(study):
    bare = tuple(a.model_copy(update={"verdicts": ()}) for a in study.decision.candidates)
    table = constraint_table(study.decision.model_copy(update={"candidates": bare}))
    assert {(cell.text, cell.kind) for row in table.rows for cell in row[1:4]} == {("not measured", "undecided")}


def test_costs_have_a_row_a_quality_and_one_best(study):
    table = cost_table(study.decision)
    assert len(table.rows) == 13
    for row in table.rows:
        assert len(row) == 7
    size = next(row for row in table.rows if row[0].text == "Size on disk")
    best = [column.text for column, cell in zip(table.columns, size, strict=True) if cell.kind == "best"]
    assert best == ["logistic-regression"]
    assert size[1].text == format_quantity(32e3, "B")
    assert "n\u00a0=\u00a03" in size[0].below


def test_a_tie_of_all_has_no_best(study):
    row = next(row for row in cost_table(study.decision).rows if row[0].text == "Calibration error")
    assert not any(cell.kind for cell in row)


def test_nothing_measured_gives_no_rows(failed_study):
    assert cost_table(failed_study.decision).rows == ()
    assert accuracy_table(failed_study.decision, failed_study.results).rows == ()


def test_accuracies_are_means_with_their_range_and_the_extrapolation(study):
    table = accuracy_table(study.decision, study.results)
    row = next(row for row in table.rows if row[0].text == "resnet-small")
    errors = study.decision.assessment("resnet-small").curve.errors[0]
    assert row[1].text == f"{1 - sum(errors) / 3:.3f}"
    assert row[1].below == f"{1 - max(errors):.3f}–{1 - min(errors):.3f}"
    value, low, high = study.decision.assessment("resnet-small").curve.predict(8000)
    assert (row[6].text, row[6].below) == (f"{1 - value:.3f}", f"{1 - high:.3f}–{1 - low:.3f}")


def test_what_no_trial_gave_is_a_dash(patchy_study):
    (row,) = accuracy_table(patchy_study.decision, patchy_study.results).rows
    assert [cell.text for cell in row[2:]] == ["–", "no curve: too few trials ended well"]


def test_a_figure_with_a_remark_of_its_own_bears_a_star(study):
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in cost_table(study.decision).rows}
    assert [text.endswith(" *") for text in rows["FLOPs"]] == [False] * 4 + [True, False]
    assert not any(text.endswith(" *") for text in rows["Accuracy"])
