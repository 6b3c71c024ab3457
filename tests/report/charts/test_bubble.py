import pytest

from netwright.records.curve import EXTRAPOLATION_LIMIT
from netwright.records.scalability import Range
from netwright.report.charts.bubble import FACTORS, MOST_ROWS, bubble_chart, magnitude_of
from netwright.report.charts.theme import spec_of
from netwright.report.sections.scalability import scalabilities


def rows_of(spec):
    return [row for data in spec["datasets"].values() for row in data if "size" in row]


@pytest.fixture
def rows(complete_study):
    return rows_of(spec_of(bubble_chart(scalabilities(complete_study), 2000)))


def test_a_bubble_for_each_candidate_and_factor(rows):
    assert len(rows) == 6 * len(FACTORS)


def test_the_area_is_the_share_of_the_largest(rows):
    timing = {row["candidate"]: row["size"] for row in rows if row["factor"] == "Timing"}
    assert timing["googlenet-small"] == 1.0
    assert timing["resnet-small"] == pytest.approx(64 / 118, abs=1e-3)
    for factor in FACTORS:
        assert max(row["size"] for row in rows if row["factor"] == factor.title) == 1.0


def test_what_is_empty_or_not_in_reach_has_no_bubble_but_words(rows):
    told = {(row["candidate"], row["factor"]): (row["size"], row["text"]) for row in rows}
    assert told["random-forest", "Feasible range"] == (0.0, "none")
    assert told["logistic-regression", "Suitable size"] == (0.0, "not in reach")


def test_a_range_counts_in_doublings_up_to_what_may_be_extrapolated():
    assert magnitude_of(Range(low=1000, high=8000), largest=2000) == 3.0
    assert magnitude_of(Range(low=2000, high=float("inf")), largest=2000) == pytest.approx(3.0)
    assert EXTRAPOLATION_LIMIT == 8.0
    assert magnitude_of(None, largest=2000) == 0.0


def test_no_more_rows_than_a_reader_bears(complete_study):
    many = scalabilities(complete_study) * 4
    assert len(rows_of(spec_of(bubble_chart(many, 2000)))) == MOST_ROWS * len(FACTORS)
    assert bubble_chart((), 2000) is None


def test_large_sizes_are_brief(complete_study):
    (first, *_) = scalabilities(complete_study)
    large = first.model_copy(update={"suitable": 75_000.0, "feasible": Range(low=9600, high=120_000)})
    told = {row["factor"]: row["text"] for row in rows_of(spec_of(bubble_chart([large], 96_000)))}
    assert (told["Suitable size"], told["Feasible range"]) == ("75k", "9,600–120k")
