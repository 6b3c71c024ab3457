import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.errors import InputError
from netwright.streaming.sources.backoff import Backoff


@given(st.floats(0.01, 10), st.floats(1, 5), st.floats(1, 100), st.integers(1, 5000))
def test_waits_never_shrink_and_never_exceed_the_longest(first, factor, longer, attempt):
    backoff = Backoff(first, factor, first * longer)
    assert backoff.seconds(1) == first
    assert first <= backoff.seconds(attempt) <= backoff.seconds(attempt + 1) <= first * longer


def test_it_tries_for_ever_unless_told_otherwise():
    assert not Backoff().exhausted(10**9)
    assert [Backoff(attempts=2).exhausted(attempt) for attempt in (1, 2, 3)] == [False, False, True]


@pytest.mark.parametrize(
    "wrong", [{"first": 0}, {"first": 60}, {"factor": 0.5}, {"attempts": 0}, {"first": float("nan")}]
)
def test_waits_that_make_no_sense_are_refused(wrong):
    with pytest.raises(InputError, match="found"):
        Backoff(**wrong)
