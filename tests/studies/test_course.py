"""Which trials run next, from made-up results with a known winner."""

from netwright.machine.hardware import conditions
from netwright.records.candidate import Candidate
from netwright.records.measurement import Measurement
from netwright.records.scenario import Constraint, Design, Preferences, Scenario, Stopping
from netwright.records.trial import Outcome, Trial, TrialResult
from netwright.studies.course import FullDesign, unfinished
from netwright.studies.economy import Economical
from netwright.studies.race import Runner, hopeless
from netwright.studies.trial_job import trials_of

SIZES = (125, 250, 500, 1000, 2000, 4000)
# error = c + a (n/125)^-1/2
CURVES = {"good": (0.05, 0.30), "second": (0.055, 0.31), "poor": (0.25, 0.30)}
SEED_NOISE = {0: 1.0, 1: 1.01, 2: 0.99}


def scenario_of(order=("accuracy", "size"), constraints=()) -> Scenario:
    return Scenario(
        name="race",
        task="image-classification",
        data="fashion-mnist",
        design=Design(sizes=SIZES, seeds=3),
        candidates=tuple(Candidate(name=name, model="mlp") for name in CURVES),
        constraints=constraints,
        preferences=Preferences(order=order, tolerance={"accuracy": 0.005}),
    )


def measured(quality: str, value: float, unit: str, n: int = 10_000) -> Measurement:
    return Measurement(
        quality=quality, value=value, low=value, high=value, n=n, unit=unit, conditions=conditions(alone=True)
    )


def result_of(trial: Trial, size_on_disk: float = 1e6) -> TrialResult:
    c, a = CURVES[trial.candidate.name]
    error = (c + a * (trial.size / 125) ** -0.5) * SEED_NOISE[trial.seed]
    found = (measured("accuracy", 1 - error, "ratio"), measured("size", size_on_disk, "B"))
    return TrialResult.of(trial, Outcome.OK).model_copy(update={"measurements": found})


def run(course, scenario, size_of=lambda name: 1e6):
    results: dict[str, TrialResult] = {}
    waves = []
    while wave := course.next_trials(results):
        waves.append(wave)
        assert len(waves) < 50, "the course does not end"
        for trial in wave:
            assert trial.id not in results
            results[trial.id] = result_of(trial, size_of(trial.candidate.name))
    return results, waves


def test_the_full_design_runs_every_trial_once():
    scenario = scenario_of()
    results, waves = run(FullDesign(scenario), scenario)
    assert list(results) == [trial.id for trial in trials_of(scenario)]
    assert len(waves) == 1


def test_an_interrupted_trial_runs_again():
    scenario = scenario_of()
    first, second = trials_of(scenario)[:2]
    results = {
        first.id: TrialResult.of(first, Outcome.INTERRUPTED),
        second.id: TrialResult.of(second, Outcome.CRASHED),
    }
    assert unfinished([first, second], results) == [first]


def test_who_cannot_win_is_not_run_at_the_largest_size():
    scenario = scenario_of()
    course = Economical(scenario, Stopping(), 10_000)
    results, _ = run(course, scenario)
    assert "poor-n2000-s0" in results
    assert not any(name.startswith("poor-n4000") for name in results)
    assert "worse than good" in course.left_out(results)["poor"]


def test_who_may_win_gets_every_seed_there():
    scenario = scenario_of()
    results, _ = run(Economical(scenario, Stopping(), 10_000), scenario)
    for name in ("good", "second"):
        assert {f"{name}-n4000-s{seed}" for seed in range(3)} <= set(results)


def test_it_spends_less_than_the_full_design():
    scenario = scenario_of()
    results, _ = run(Economical(scenario, Stopping(), 10_000), scenario)
    spent = sum(result.size for result in results.values())
    assert spent < 0.7 * sum(trial.size for trial in trials_of(scenario))


def test_the_course_goes_on_alike_after_a_stop():
    scenario = scenario_of()
    whole, waves = run(Economical(scenario, Stopping(), 10_000), scenario)
    half = {trial.id: whole[trial.id] for wave in waves[:2] for trial in wave}
    assert Economical(scenario, Stopping(), 10_000).next_trials(half) == waves[2]


def test_a_candidate_comes_back_where_the_one_that_beat_it_is_rejected():
    scenario = scenario_of(constraints=(Constraint(quality="size", relation="<=", bound=2e6, text="<= 2 MB"),))
    sizes = {"good": 1e9, "second": 1e9, "poor": 1e6}
    results, _ = run(Economical(scenario, Stopping(), 10_000), scenario, sizes.__getitem__)
    assert "poor-n4000-s1" in results


def test_accuracy_decides_nothing_where_it_is_not_preferred_first():
    scenario = scenario_of(order=("size", "accuracy"))
    results, _ = run(Economical(scenario, Stopping(), 10_000), scenario)
    assert {f"{name}-n4000-s2" for name in CURVES} <= set(results)


def test_who_misses_the_accuracy_constraint_is_left_out():
    limit = Constraint(quality="accuracy", relation=">=", bound=0.8, text=">= 0.8")
    scenario = scenario_of(order=("size", "accuracy"), constraints=(limit,))
    course = Economical(scenario, Stopping(), 10_000)
    results, _ = run(course, scenario)
    assert "below 0.8" in course.left_out(results)["poor"]


def test_nobody_is_hopeless_about_whom_nothing_is_known():
    runners = [Runner("good", (0.9, 0.9), None, feasible=True), Runner("second", (), None, feasible=True)]
    assert hopeless(runners, scenario_of(), 10_000, 0.95) == {}


def test_the_best_is_never_hopeless_even_alone():
    runners = [Runner("good", (0.9,), None, feasible=True)]
    assert hopeless(runners, scenario_of(), 10_000, 0.95) == {}
