import math

import pytest

from netwright.report.charts.attempts import attempts_chart, best_attempt, progress_chart
from netwright.report.charts.theme import spec_of


@pytest.fixture
def search(complete_study):
    return complete_study.searches[0]


def rows_of(chart):
    return [row for data in spec_of(chart)["datasets"].values() for row in data if "mark" in row]


def test_every_scored_proposal_is_a_mark_and_one_of_each_is_marked(search):
    for chart in (progress_chart(search), attempts_chart(search)):
        marks = [row["mark"] for row in rows_of(chart)]
        assert len(marks) == sum(math.isfinite(attempt.score) for attempt in search.attempts)
        assert (marks.count("hand"), marks.count("best")) == (1, 1)
        assert "stopped" in marks


def test_the_best_so_far_never_falls(search):
    spec = spec_of(progress_chart(search))
    best = next(data for data in spec["datasets"].values() if set(data[0]) == {"number", "score"})
    scores = [row["score"] for row in best]
    assert scores == sorted(scores)
    assert scores[-1] == pytest.approx(max(a.score for a in search.attempts if math.isfinite(a.score)), abs=1e-4)


def test_the_compared_variant_is_the_best_whatever_its_score(search):
    other = search.attempts[5]
    changed = other.candidate.model_copy(update={"options": {"depth": 26}})
    attempts = tuple(a.model_copy(update={"candidate": changed}) if a is other else a for a in search.attempts)
    comparison = search.comparison.model_copy(update={"variant": changed.model_copy(update={"name": "renamed"})})
    assert best_attempt(search.model_copy(update={"attempts": attempts, "comparison": comparison})).number == 5


def test_without_a_comparison_the_highest_score_is_the_best(search):
    scores = [a.score for a in search.attempts if a.kind is not None and math.isfinite(a.score)]
    assert best_attempt(search.model_copy(update={"comparison": None})).score == max(scores)


def test_nothing_scored_no_drawing(search):
    blank = tuple(a.model_copy(update={"score": math.nan}) for a in search.attempts)
    idle = search.model_copy(update={"attempts": blank})
    assert (progress_chart(idle), attempts_chart(idle), best_attempt(idle)) == (None, None, None)
