"""Crash and recovery from trial results."""

import pytest

from netwright.records.errors import InputError
from netwright.records.recovery import Interruption
from netwright.records.trial import Outcome, TrialResult
from netwright.scaling.binomial import jeffreys
from netwright.scaling.recovery import recovery


def result(seed, outcome=Outcome.OK, *cuts, attempts=None, lost=0.0):
    return TrialResult(
        trial=f"a-n50-s{seed}", candidate="a", size=50, seed=seed, outcome=outcome, interruptions=cuts,
        attempts=len(cuts) + 1 if attempts is None else attempts, lost_seconds=lost,
    )  # fmt: skip


def cut(kind, seconds=None, injected=True):
    return Interruption(kind=kind, injected=injected, recover_seconds=seconds)


def test_every_count():
    found = recovery("a", [
        result(0),
        result(1, Outcome.OK, cut("kill", 2.0), cut("oom", 4.0), lost=3.0),
        result(2, Outcome.OK, cut("kill", 9.0), lost=1.0),
        # resumed once, and then given up
        result(3, Outcome.CRASHED, cut("crashed", 3.0, injected=False), cut("crashed", injected=False), attempts=2),
        # cut off and never started again
        result(4, Outcome.OUT_OF_MEMORY, cut("out_of_memory", injected=False), attempts=1),
        result(5, Outcome.TIMEOUT),
        result(6, Outcome.INTERRUPTED),
    ])  # fmt: skip
    assert (found.trials, found.completed, found.completion) == (6, 3, jeffreys(3, 6))
    assert (found.interruptions, found.injected, found.resumed, found.recovered) == (6, 3, 4, 2)
    assert found.resume_success == jeffreys(2, 4)
    assert (found.lost_seconds, found.recover_seconds) == (4.0, 3.5)
    assert found.kinds == {"crashed": 2, "kill": 2, "oom": 1, "out_of_memory": 1}


def test_nothing_happened():
    found = recovery("a", [result(seed) for seed in range(15)])
    assert found.completion == pytest.approx((1.0, 0.8817, 1.0), abs=1e-4)
    assert (found.interruptions, found.resume_success, found.recover_seconds, found.kinds) == (0, None, None, {})


@pytest.mark.parametrize("results", [[], [result(0, Outcome.INTERRUPTED)]])
def test_before_anything_ended_there_is_nothing_to_say(results):
    with pytest.raises(InputError, match="none of the"):
        recovery("a", results)
