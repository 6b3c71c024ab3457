import pytest

from netwright.report.sections.search import budget_table, comparison_table, effect_table, search_section


@pytest.fixture
def search(complete_study):
    (search,) = complete_study.searches
    return search


def texts(row):
    return [cell.text for cell in row]


def test_the_budget_is_shown_as_meant_and_as_used(search):
    rows = [texts(row) for row in budget_table(search).rows]
    assert [row[:3] for row in rows] == [
        ["number of layers", "50%", "20 (50%)"], ["values", "30%", "12 (30%)"], ["which are used", "20%", "8 (20%)"],
    ]  # fmt: skip


def test_a_search_that_tried_nothing_has_used_nothing(search):
    idle = search.model_copy(update={"attempts": search.attempts[:1]})
    assert [texts(row)[2:] for row in budget_table(idle).rows] == [["0", "–"]] * 3


def test_only_intervals_that_do_not_touch_are_better(search, complete_study):
    qualities = {quality.name: quality for quality in complete_study.decision.qualities}
    rows = {row[0].text: row for row in comparison_table(search.comparison, qualities).rows}
    assert [cell.kind for cell in rows["Accuracy"]] == ["", "", "best", ""]
    assert [cell.kind for cell in rows["FLOPs"]] == ["", "", "best", ""]
    assert [cell.kind for cell in rows["Brier score"]] == ["", "", "", ""]
    assert rows["Latency, p99"][3].text == "0.80"


def test_effects_are_sorted_by_their_share(search):
    table = effect_table(search.effects[::-1])
    assert [row[0].text for row in table.rows] == ["lr", "depth", "width", "dropout", "batch_size"]
    assert (table.rows[0][1].text, table.rows[0][1].below, table.rows[0][2].text) == ("41%", "32%–52%", "+0.0120")


def test_two_searches_of_one_candidate_have_places_of_their_own(complete_study, search):
    twice = complete_study.model_copy(update={"searches": (search, search)})
    assert [view.anchor for view in search_section(twice).content["views"]] == [
        "search/resnet-small", "search/resnet-small/1",
    ]  # fmt: skip


def test_a_search_that_found_nothing_better_compares_nothing(search, study):
    assert comparison_table(None, {}).rows == ()
    assert search_section(study) is None
