"""Faults on purpose: each is survived, costs what was lost since the last checkpoint, and changes no result."""

import pytest
from safetensors.torch import load_file

from netwright.records.candidate import Candidate
from netwright.records.recovery import FAULTS
from netwright.records.trial import Outcome, Trial
from netwright.studies.choose import choose
from netwright.studies.executors import LocalExecutor
from netwright.studies.inject import plan_faults
from netwright.tracking.ledger import read_results

from .conftest import candidate, scenario_of


@pytest.fixture(scope="module")
def both(tmp_path_factory, shared_mlflow):
    scenario = scenario_of(candidate("a", "mlp", hidden=[16], dropout=0.2), candidate("tree", "decision-tree"))
    found = {}
    for name, inject in (("undisturbed", ()), ("injected", FAULTS)):
        out = tmp_path_factory.mktemp(name)
        decision = choose(scenario, out=out, executor=LocalExecutor(workers=2), inject=inject)
        found[name] = decision, read_results(out), out
    return found


def test_every_trial_ends_well(both):
    _, results, _ = both["injected"]
    assert {result.outcome for result in results.values()} == {Outcome.OK}


def test_each_fault_struck_once_and_was_recovered_from(both):
    _, results, _ = both["injected"]
    cuts = [cut for result in results.values() if result.candidate == "a" for cut in result.interruptions]
    assert sorted(cut.kind for cut in cuts) == sorted(FAULTS)
    assert all(cut.injected and cut.epoch == 1 for cut in cuts)
    assert all(cut.recover_seconds is not None and cut.recover_seconds > 0 for cut in cuts)


def test_a_model_that_fits_itself_survives_them_too(both):
    _, results, _ = both["injected"]
    cuts = [cut.kind for result in results.values() if result.candidate == "tree" for cut in result.interruptions]
    # it has no parameters that a NaN could enter
    assert sorted(cuts) == ["disk", "kill", "oom"]


def test_the_weights_are_those_of_an_undisturbed_study(both):
    _, results, out = both["injected"]
    _, expected, undisturbed = both["undisturbed"]
    for name, result in results.items():
        ours, theirs = load_file(out / result.weights), load_file(undisturbed / expected[name].weights)
        assert all(ours[key].equal(theirs[key]) for key in theirs)


def test_the_decision_is_the_same(both):
    assert both["injected"][0].chosen == both["undisturbed"][0].chosen


def test_nothing_is_injected_without_being_asked(both):
    _, results, _ = both["undisturbed"]
    assert not any(result.interruptions for result in results.values())


def test_a_candidate_with_one_trial_meets_all_kinds_there():
    trial = Trial(candidate=Candidate(name="a", model="mlp"), size=50, seed=0)
    assert plan_faults([trial], FAULTS) == {trial.id: FAULTS}
