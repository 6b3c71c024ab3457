"""A constraint at every size: probability, what is missing, and how it is told."""

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.scaling.elasticity import complement
from netwright.scaling.requirement import Requirement, margin

from .closed_forms import curves, growth, verdict


def test_a_law_decides_where_there_is_one():
    time = growth(*((0.0, t, 1.0) for t in np.arange(0.5, 10.5)))  # 0.5, 1.5, ... 9.5 s at 500 images
    needed = Requirement(verdict("training_time", "<=", 10.0, "<= 10 s", unit="s", probability=0.2), time.at)
    assert needed.probability(500) == 1
    assert needed.probability(1000) == 0.5
    # 9 of 10 draws are at most 8.5 s at 500 images
    assert needed.missing(500) == pytest.approx(8.5 - 10)
    assert needed.missing(1000) == pytest.approx(17.0 - 10)
    assert margin(needed, 1000) == pytest.approx(-0.7)
    assert needed.tell(1000) == "training_time <= 10 s: 9 s, 7 s short, holds with probability 0.50"


def test_without_a_law_it_stays_as_it_was_judged():
    latency = Requirement(
        verdict("latency.p99", "<=", 0.01, "<= 10 ms", unit="s", probability=0.3, value=0.012, slack=-0.002)
    )
    assert latency.probability(125) == latency.probability(16_000) == 0.3
    assert latency.tell(500) == "latency.p99 <= 10 ms: 12 ms, 2 ms short, holds with probability 0.30"


def test_what_was_not_measured_is_said_so():
    unknown = Requirement(verdict("size", "<=", 4e6, "<= 4 MB", unit="B", probability=nan, value=nan, slack=nan))
    assert isnan(unknown.probability(500))
    assert isnan(margin(unknown, 500))
    assert unknown.tell(500) == "size <= 4 MB: size was not measured"


@given(curve=curves, bound=st.floats(0.1, 0.99), n=st.floats(125, 16_000))
def test_nothing_is_missing_exactly_where_it_is_sure(curve, bound, n):
    needed = Requirement(verdict("accuracy", ">=", bound), complement(curve.at))
    assert (needed.missing(n) <= 0) == (needed.probability(n) >= 0.9)
