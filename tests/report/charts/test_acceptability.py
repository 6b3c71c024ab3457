from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.tradeoff import Standpoint
from netwright.report.charts.acceptability import acceptability_chart, rank_names
from netwright.report.charts.theme import spec_of
from netwright.report.palette import RANK_INKS


def standpoint(name, shares):
    return Standpoint(candidate=name, acceptability=shares, central_weights={}, confidence=0.5, hypervolume=0, knee=0)


def rows_of(chart):
    return [row for data in spec_of(chart)["datasets"].values() for row in data if "rank" in row]


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=12))
def test_a_bar_is_whole_whatever_the_number_of_ranks(weights):
    shares = tuple(weight / sum(weights) for weight in weights)
    rows = rows_of(acceptability_chart([standpoint("mlp", shares)]))
    assert len(rows) == min(len(shares), len(RANK_INKS))
    assert rows[0]["low"] == 0.0
    assert rows[-1]["high"] == pytest.approx(1.0, abs=1e-3)
    for left, right in pairwise(rows):
        assert left["high"] == right["low"]


def test_who_ranks_first_most_often_is_on_top():
    rows = rows_of(acceptability_chart([standpoint("b", (0.2, 0.8)), standpoint("a", (0.8, 0.2))]))
    assert [row["candidate"] for row in rows if row["place"] == 0] == ["a", "a"]


def test_ranks_beyond_the_colours_are_one():
    assert rank_names(2) == ("1st", "2nd")
    assert rank_names(20)[-1] == "6th or lower"
    assert acceptability_chart(()) is None
