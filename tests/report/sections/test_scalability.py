import pytest

from netwright.records.scalability import Range
from netwright.report.sections.scalability import scalabilities, scalability_section, scalability_table


@pytest.fixture
def table(complete_study):
    return scalability_table(scalabilities(complete_study), complete_study.decision)


def row_of(table, title):
    return next(row for row in table.rows if row[0].text == title)


def cell_of(table, title, candidate):
    place = [cell.text for cell in table.columns].index(candidate)
    return row_of(table, title)[place]


def test_has_the_rows_of_table_iv_in_its_order(table):
    assert [row[0].text for row in table.rows][:6] == [
        "Timing", "Accuracy", "Suitable size", "Scalability percent", "Feasible range", "Optimal range",
    ]  # fmt: skip
    assert [cell.text for cell in table.columns][1:] == [
        "logistic-regression", "random-forest", "mlp", "alexnet-small", "googlenet-small", "resnet-small",
    ]  # fmt: skip


def test_every_estimate_has_its_interval(table):
    cell = cell_of(table, "Timing", "resnet-small")
    assert (cell.text, cell.below) == ("1.07 min", "1.01–1.12 min")
    cell = cell_of(table, "Error elasticity", "resnet-small")
    assert (cell.text, cell.below) == ("−0.30", "−0.35 to −0.25")


def test_an_empty_range_says_why(table):
    cell = cell_of(table, "Feasible range", "random-forest")
    assert (cell.text, cell.below) == ("none", "size is 9.4 MB at every size, over <= 4 MB")


def test_a_range_says_what_ends_it_by_its_title(table):
    cell = cell_of(table, "Feasible range", "resnet-small")
    assert (cell.text, cell.below) == ("500–8,000", "ended by Training time\npartly extrapolated")


def test_a_size_that_is_not_in_reach_is_no_number(table):
    assert cell_of(table, "Suitable size", "logistic-regression").text == "not in reach"
    assert cell_of(table, "Cost elasticity", "logistic-regression").text == "–"


def test_a_range_without_end_names_its_start(complete_study):
    (first, *_) = scalabilities(complete_study)
    open_ended = first.model_copy(update={"feasible": Range(low=500, high=float("inf"))})
    table = scalability_table([open_ended], complete_study.decision)
    assert row_of(table, "Feasible range")[1].text == "from 500"


def test_no_record_no_section(study):
    assert scalability_section(study) is None
