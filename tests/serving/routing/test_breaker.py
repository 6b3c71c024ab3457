from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from netwright.serving.routing.breaker import Breaker


def test_it_opens_after_failures_in_a_row_only():
    breaker = Breaker(failures=3, pause=1.0)
    for _ in range(5):
        breaker.failed(0.0)
        breaker.failed(0.0)
        breaker.succeeded()
    assert breaker.would_allow(0.0)
    assert breaker.allows(0.0)
    for _ in range(3):
        breaker.failed(0.0)
    assert not breaker.would_allow(0.9)
    assert breaker.would_allow(1.0)
    assert not breaker.allows(0.9)


def test_one_trial_a_pause_until_one_succeeds():
    breaker = Breaker(failures=1, pause=1.0)
    breaker.failed(0.0)
    assert [breaker.allows(t) for t in (0.5, 1.0, 1.5, 1.9, 2.0)] == [False, True, False, False, True]
    breaker.failed(2.5)
    assert [breaker.allows(t) for t in (3.0, 3.5)] == [False, True]
    breaker.succeeded()
    assert all(breaker.allows(t) for t in (3.6, 3.7))


@given(times=st.lists(st.floats(0, 100), max_size=100).map(sorted))
def test_an_open_breaker_lets_at_most_one_through_in_each_pause(times):
    breaker = Breaker(failures=1, pause=1.0)
    breaker.failed(0.0)
    passed = [t for t in times if breaker.allows(t)]
    assert all(later >= earlier + 1.0 for earlier, later in pairwise(passed))
