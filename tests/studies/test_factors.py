"""Factors of a study whose trials follow known laws; what a candidate has too little for is None."""

from math import isnan

import pytest

from netwright.qualities.catalog import QUALITIES
from netwright.records.backend import BackendRun
from netwright.records.candidate import Candidate, Recipe
from netwright.records.complexity import Complexity
from netwright.records.load import Load
from netwright.records.measurement import Conditions, Measurement
from netwright.records.recovery import Interruption
from netwright.records.scenario import Constraint, Design, Scenario
from netwright.records.trial import Epoch, Outcome, TrialResult
from netwright.selection.decide import decide
from netwright.studies.curves import curves_of
from netwright.studies.factors import factors_of

SIZES, SEEDS = (100, 200, 400, 800, 1600), 3
CHANCE = 0.1
# name -> (a, b, c) of the error at 400 images, (t0, t1, p) of the seconds
LAWS = {"good": ((0.1, 0.5, 0.05), (1.0, 2.0, 1.0)), "poor": ((0.2, 0.4, 0.1), (0.2, 0.5, 1.0))}
PREDICTED = Complexity(parameters=1000, flops=2e6, activations=300, training_memory=5e7)


def scenario_of(*names, bounds=(("accuracy", ">=", 0.8, ">= 0.80"),), recipes=None):
    recipes = recipes or {}
    return Scenario(
        name="known", task="image-classification", data="digits", design=Design(sizes=SIZES, seeds=SEEDS),
        candidates=tuple(Candidate(name=n, model="mlp", recipe=recipes.get(n, Recipe())) for n in names),
        constraints=tuple(Constraint(quality=q, relation=r, bound=b, text=t) for q, r, b, t in bounds),
    )  # fmt: skip


def trial(name, size, seed, outcome=Outcome.OK, extra=(), **more):
    (a, b, c), (t0, t1, p) = LAWS.get(name, LAWS["good"])
    wobble = 1 + 0.01 * (seed - 1) * (-1) ** SIZES.index(size)
    values = {
        "accuracy": (1 - (c + a * (size / 400) ** -b) * wobble, "ratio"),
        "training_time": ((t0 + t1 * (size / 400) ** p) * wobble, "s"),
        "training_memory": ((4e8 + 1e7 * size / 400) * wobble, "B"),
        "cpu_seconds": ((t0 + t1 * (size / 400) ** p) * wobble, "s"),
        "parameters": (1000, "count"),
        "flops": (2e6, "FLOP"),
        **dict(extra),
    }
    measured = tuple(
        Measurement(quality=q, value=v, low=v, high=v, n=100, unit=u, conditions=Conditions(hardware="x"))
        for q, (v, u) in values.items()
    )
    epochs = tuple(
        Epoch(
            index=k, train_loss=1, validation_loss=1, validation_accuracy=min(0.2 * k, 0.8), lr=0.1, seconds=1, memory=1
        )
        for k in range(1, 9)
    )  # fmt: skip
    well = outcome is Outcome.OK
    return TrialResult(
        trial=f"{name}-n{size}-s{seed}", candidate=name, size=size, seed=seed, outcome=outcome,
        epochs=epochs if well else (), measurements=measured if well else (), **more,
    )  # fmt: skip


def all_trials(*names, **more):
    return [trial(name, size, seed, **more) for name in names for size in SIZES for seed in range(SEEDS)]


def factors(scenario, results, predictions=None, backends=()):
    decision = decide(results, scenario, QUALITIES, curves_of(results, scenario), ())
    return factors_of(decision, results, predictions or {}, backends, CHANCE)


def test_everything_is_composed_from_the_known_laws():
    results = all_trials("good", "poor")
    runs = tuple(BackendRun(candidate=name, backend="eager", runs=True) for name in ("poor", "good"))
    good, poor = factors(scenario_of("good", "poor"), results, {"good": PREDICTED}, runs).candidates
    assert (good.candidate, poor.candidate) == ("good", "poor")
    assert good.time.predict(6400)[0] == pytest.approx(33, rel=0.05)
    assert good.memory.predict(1600)[0] == pytest.approx(4.4e8, rel=0.02)
    assert good.backends == (runs[1],)
    assert (good.recovery.trials, good.recovery.completed) == (15, 15)
    assert [each.size for each in good.consistency] == list(SIZES)
    assert [piece.phase for piece in good.consistency[0].segments] == ["rise", "plateau"]
    # e = 0.1 at 1600; e = 0.2 at 400 (0.1/0.15)^2
    assert good.scalability.accuracy[0] == pytest.approx(0.9, abs=0.01)
    assert good.scalability.target == pytest.approx(0.2)
    assert good.scalability.suitable == pytest.approx(178, rel=0.15)
    assert good.scalability.percent[0] > poor.scalability.percent[0]
    assert poor.scalability.feasible.low > good.scalability.feasible.low
    assert poor.complexity is None


def test_without_an_accuracy_constraint_the_best_candidate_sets_the_target():
    good, poor = factors(scenario_of("good", "poor", bounds=()), all_trials("good", "poor")).candidates
    assert good.scalability.target == poor.scalability.target == pytest.approx(0.1 + 0.005, abs=0.01)
    assert good.scalability.gain == 0.005
    assert good.scalability.feasible.low == SIZES[0]


def test_laws_of_cost_end_the_feasible_range():
    bounds = (("accuracy", ">=", 0.8, ">= 0.80"), ("cpu_seconds", "<=", 11.0, "<= 11 s"))
    (good,) = factors(scenario_of("good", bounds=bounds), all_trials("good")).candidates
    # 1 + 2 (n/400) = 11 s at 2000
    assert good.scalability.feasible.high == pytest.approx(2000, rel=0.1)
    assert good.scalability.feasible.binding == "cpu_seconds <= 11 s"


def test_complexity_is_checked_by_what_was_measured():
    scenario = scenario_of("good")
    known = {"activations": (330, "count"), "model_memory": (4e7, "B")}
    (checked,) = factors(scenario, all_trials("good", extra=known), {"good": PREDICTED}).candidates
    wanted = {"parameters": 0, "flops": 0, "activations": -1 / 11, "training_memory": 0.25}
    assert checked.complexity.errors() == pytest.approx(wanted)
    # the memory of the whole process is no check of a model's: without `model_memory` there is none
    (partly,) = factors(scenario, all_trials("good"), {"good": PREDICTED}).candidates
    assert isnan(partly.complexity.measured.training_memory)
    assert partly.complexity.errors() == {"parameters": 0, "flops": 0}
    assert [row[2] for row in partly.complexity.table()[1]].count("not measured") == 2


def test_failed_trials_cost_completion_and_leave_the_rest():
    results = [
        each if each.size < 1600 else trial("good", 1600, each.seed, Outcome.OUT_OF_MEMORY)
        for each in all_trials("good")
    ]
    cut = Interruption(kind="kill", injected=True, recover_seconds=1.5)
    results[0] = results[0].model_copy(update={"interruptions": (cut,), "attempts": 2, "lost_seconds": 2.0})
    (good,) = factors(scenario_of("good"), results).candidates
    assert good.recovery.completion[0] == pytest.approx(0.8)
    assert (good.recovery.recovered, good.recovery.recover_seconds) == (1, 1.5)
    assert good.time.sizes == SIZES[:-1]
    assert good.scalability.percent[0] < 81
    assert [each.size for each in good.consistency] == list(SIZES[:-1])


def test_too_little_is_none_and_never_an_error():
    scenario = scenario_of("good", "few", "failed", "never")
    failed = [trial("failed", size, 0, Outcome.DIVERGED) for size in SIZES]
    few = [trial("few", size, 0) for size in SIZES[:2]]
    found = factors(scenario, [*all_trials("good"), *few, *failed])
    assert [each.scalability is None for each in found.candidates] == [False, True, True, True]
    assert [each.time is None for each in found.candidates] == [False, True, True, True]
    assert [each.recovery is None for each in found.candidates] == [False, False, False, True]
    assert found.candidates[2].recovery.completed == 0
    assert [len(each.consistency) for each in found.candidates] == [5, 2, 0, 0]
    assert factors(scenario, []).candidates[0].scalability is None


def test_no_candidate_better_than_chance_has_no_percent(monkeypatch):
    monkeypatch.setitem(LAWS, "guess", ((0.001, 0.5, 0.94), (1, 1, 1)))
    (guess,) = factors(scenario_of("guess"), all_trials("guess")).candidates
    assert guess.scalability is None
    assert guess.time is not None


def test_the_most_loaded_trial_is_named():
    results = all_trials("good")
    for place, load in ((3, 0.9), (7, 2.5), (9, 1.1)):
        seen = Load(samples=9, seconds=1, load=load, load_peak=3, memory_free=1e9)
        results[place] = results[place].model_copy(update={"load": seen})
    (good,) = factors(scenario_of("good"), results).candidates
    assert good.load == {results[7].trial: results[7].load}


def test_gains_of_augmentation_are_paired_at_every_size(monkeypatch):
    monkeypatch.setitem(LAWS, "shifted", ((0.08, 0.5, 0.05), (1, 1, 1)))
    scenario = scenario_of("good", "shifted", recipes={"shifted": Recipe(augment="shift")})
    gains = factors(scenario, all_trials("good", "shifted")).gains
    assert [(gain.with_change, gain.without, gain.size, gain.seeds) for gain in gains] == [
        ("shifted", "good", size, 3) for size in SIZES
    ]
    assert [gain.value for gain in gains] == pytest.approx([0.02 * (size / 400) ** -0.5 for size in SIZES])
    assert all(gain.low <= gain.value <= gain.high for gain in gains)


def test_factors_are_written_and_read_back():
    found = factors(scenario_of("good", "poor"), all_trials("good", "poor"), {"good": PREDICTED})
    again = type(found).from_json(found.to_json())
    assert again.candidates[1] == found.candidates[1]
