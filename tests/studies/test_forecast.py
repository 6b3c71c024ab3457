"""Forecasts: exact on linear costs, and an order in which failures come early and workers end together."""

from netwright.records.candidate import Candidate
from netwright.records.trial import Outcome, Trial, TrialResult
from netwright.studies.forecast import Forecast

FAST, SLOW = (Candidate(name=name, model="mlp") for name in ("fast", "slow"))


def _trial(candidate, size, seed=0):
    return Trial(candidate=candidate, size=size, seed=seed)


def test_nothing_is_known_at_first():
    assert Forecast().seconds(_trial(FAST, 100)) is None
    assert Forecast().total([_trial(FAST, 100)]) is None
    assert Forecast().total([]) == 0.0


def test_a_linear_cost_is_predicted_exactly():
    forecast = Forecast()
    forecast.observe("slow", 100, training=10.0, rest=3.0)
    assert forecast.seconds(_trial(SLOW, 400)) == 43.0
    assert forecast.total([_trial(SLOW, 400), _trial(SLOW, 100)]) == 56.0


def test_an_unknown_candidate_counts_as_the_mean_of_the_known():
    forecast = Forecast()
    forecast.observe("slow", 100, training=10.0, rest=0.0)
    assert forecast.total([_trial(SLOW, 100), _trial(FAST, 100)]) == 20.0


def test_only_trials_that_ended_well_teach():
    forecast = Forecast()
    failed = TrialResult(trial="x", candidate="slow", size=100, seed=0, outcome=Outcome.TIMEOUT, seconds=9.0)
    forecast.learn([failed])
    assert forecast.seconds(_trial(SLOW, 100)) is None
    forecast.learn([failed.model_copy(update={"outcome": Outcome.OK})])
    assert forecast.seconds(_trial(SLOW, 100)) == 9.0


def test_each_candidate_starts_with_its_smallest_then_the_longest_goes_first():
    forecast = Forecast()
    waiting = [_trial(candidate, size) for size in (100, 200, 400) for candidate in (FAST, SLOW)]
    forecast.observe("fast", 100, training=1.0, rest=0.0)
    forecast.observe("slow", 100, training=10.0, rest=0.0)
    order, started = [], set()
    while waiting:
        trial = forecast.next(waiting, started)
        waiting.remove(trial)
        started.add(trial.candidate.name)
        order.append(trial.id)
    assert order == ["fast-n100-s0", "slow-n100-s0", "slow-n400-s0", "slow-n200-s0", "fast-n400-s0", "fast-n200-s0"]
