import json
from collections.abc import Callable

import pytest

from netwright.records.measurement import Conditions, Measurement
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.tracking.entries import Alone, with_answers
from netwright.tracking.run_facts import Metric, record_of, run_facts

Make = Callable[..., TrialResult]


def test_every_choice_is_a_parameter(scenario: Scenario, ended: Make) -> None:
    params = run_facts(ended(size=200, seed=1), scenario, None).params
    assert params["candidate"] == params["model"] == "mlp"
    assert (params["size"], params["seed"], params["data"]) == ("200", "1", "digits")
    assert json.loads(params["options.hidden"]) == [30, 10]
    recipe = scenario.candidates[0].recipe.model_dump()
    assert {key: params[f"recipe.{key}"] for key in recipe} == {key: str(value) for key, value in recipe.items()}


def test_every_epoch_and_quality_is_a_metric(scenario: Scenario, ended: Make) -> None:
    facts = run_facts(ended(epochs=3), scenario, None)
    assert len(facts.epochs) == 3 * 6
    assert Metric("epoch.train_loss", 0.5, 2) in facts.epochs
    values = {m.key: m.value for m in facts.qualities}
    assert values["accuracy"] == 0.8
    assert values["accuracy.low"] < 0.8 < values["accuracy.high"]
    assert (values["accuracy.n"], values["trial.seconds"]) == (500, 2.5)
    assert {m.step for m in facts.qualities} == {0}


def test_outcome_and_conditions_are_tags(scenario: Scenario, ended: Make) -> None:
    tags = run_facts(ended(), scenario, None).tags
    assert tags["outcome"] == "ok"
    assert "detail" not in tags
    assert (tags["conditions.hardware"], tags["conditions.threads"], tags["conditions.data"]) == (
        "2 cores",
        "1",
        "f00d",
    )
    assert json.loads(tags["conditions.versions"]) == {"torch": "2.13.0"}
    assert (tags["conditions.seed"], json.loads(tags["units"])) == ("0", {"accuracy": "ratio"})
    assert (tags["netwright.trial"], tags["netwright.scenario_hash"]) == ("mlp-n100-s0", scenario.digest())


def test_a_trial_without_measurements_gets_the_studys_conditions(scenario: Scenario, ended: Make) -> None:
    crashed = ended(outcome=Outcome.CRASHED, detail="x" * 9000, seed=1)
    assert not any(key.startswith("conditions") for key in run_facts(crashed, scenario, None).tags)
    tags = run_facts(crashed, scenario, Conditions(hardware="a laptop")).tags
    assert (tags["conditions.hardware"], tags["conditions.seed"]) == ("a laptop", "1")
    assert len(tags["detail"]) == 5000


@pytest.mark.parametrize(
    ("outcome", "status"), [(Outcome.OK, "FINISHED"), (Outcome.INTERRUPTED, "KILLED"), (Outcome.TIMEOUT, "FAILED")]
)
def test_the_status_follows_the_outcome(scenario: Scenario, ended: Make, outcome: Outcome, status: str) -> None:
    assert run_facts(ended(outcome=outcome), scenario, None).status == status


def test_a_record_is_known_by_its_trial_not_by_what_was_measured_later(
    ended: Make, measured: Callable[..., Measurement]
) -> None:
    later = with_answers(ended(), Alone(trial="mlp-n100-s0", measurements=(measured("latency.p50", 0.1, "s"),)))
    assert record_of(later) == record_of(ended())
    others = [ended(seed=1), ended(seconds=2.6), ended(epochs=1), ended(outcome=Outcome.INTERRUPTED)]
    assert len({record_of(result) for result in [ended(), *others]}) == 5
