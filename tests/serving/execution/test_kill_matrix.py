"""TERM and KILL at moments drawn from seeds, under load: what is lost, and what is left."""

import pytest
from tests.serving.execution.kill_harness import AFTER, Victim, cost_of

QUICK, SLOW = range(2), range(2, 36)


def check(victim, seed):
    cost = cost_of(victim, seed)
    assert cost.wrong == 0
    assert cost.left == 0
    if victim is Victim.TERM_SERVICE:
        assert (cost.lost, cost.cut, cost.failed, cost.code) == (0, 0, 0, 0)
    elif victim is Victim.KILL_WORKER:
        assert (cost.lost, cost.cut) == (0, 0)
        # one batch was in the worker: the requests that wait are answered by the next one
        assert cost.failed <= cost.at_once
        assert cost.answered > AFTER
    else:
        # nobody can answer what was in a process that was killed; whoever had not asked is refused
        assert cost.lost <= cost.at_once


@pytest.mark.parametrize("seed", QUICK)
@pytest.mark.parametrize("victim", Victim)
def test_what_a_signal_costs(victim, seed):
    check(victim, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SLOW)
@pytest.mark.parametrize("victim", Victim)
def test_what_a_signal_costs_at_many_moments(victim, seed):
    check(victim, seed)
