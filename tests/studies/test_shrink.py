import pytest
import torch
from safetensors.torch import load_file

from netwright.machine.progress import Silent
from netwright.models.text.checkpoint import read_checkpoint
from netwright.models.text.classifier import TextClassifier
from netwright.records.candidate import Candidate, Prune, Recipe
from netwright.records.errors import CandidateError, InputError
from netwright.records.pruning import Plan
from netwright.records.scenario import Constraint, Design, Limits, Preferences, Scenario
from netwright.records.trial import Outcome
from netwright.report.scenario_toml import scenario_toml
from netwright.structure.transformer.read import read_transformer
from netwright.studies.checkpoint import write_checkpoint
from netwright.studies.choose import choose
from netwright.studies.executors import LocalExecutor
from netwright.studies.forecast import Forecast
from netwright.studies.read import read_scenario, read_study
from netwright.studies.setting import Setting
from netwright.studies.trial_job import job_for, trials_of
from netwright.studies.trial_queue import TrialQueue
from netwright.studies.trial_run import run_trial
from netwright.studies.watch import Watch
from netwright.tracking.ledger import read_results

TELLING = (("good", "fine", "great"), ("bad", "dull", "poor"))


@pytest.fixture
def opinions(tmp_path):
    """A folder of texts whose class is told by one word."""
    for part, count in (("train", 40), ("test", 20)):
        for kind, words in zip(("pos", "neg"), TELLING, strict=True):
            folder = tmp_path / "opinions" / part / kind
            folder.mkdir(parents=True)
            for number in range(count):
                text = f"the film was {'very ' * (number % 5)}{words[number % 3]} {part} {number}"
                (folder / f"{number}.txt").write_text(text)
    return tmp_path / "opinions"


def scenario_of(data, candidates) -> Scenario:
    return Scenario(
        name="opinions",
        task="text-classification",
        data=f"texts:{data}",
        design=Design(sizes=(20, 40), seeds=1, validation=10),
        limits=Limits(memory=4 * 2.0**30, time=120.0),
        candidates=candidates,
        constraints=(Constraint(quality="accuracy", relation=">=", bound=0.5, text=">= 0.5"),),
        preferences=Preferences(order=("accuracy", "size"), tolerance={"accuracy": 0.2}),
    )


def tiny(**options) -> Candidate:
    recipe = Recipe(optimizer="adamw", lr=0.02, weight_decay=0.0, epochs=8, batch_size=8)
    return Candidate(name="tiny", model="text_candidates:tiny_bert", options=options, recipe=recipe)


def test_a_pruned_candidate_is_measured_like_any_other_and_can_be_chosen(opinions, tmp_path):
    base = tiny()
    half = base.pruned("half", keep=0.5)
    out, scenario = tmp_path / "study", scenario_of(opinions, (base, half))
    decision = choose(scenario, out, LocalExecutor(workers=2))
    results = {result.trial: result for result in read_results(out).values()}
    assert {result.outcome for result in results.values()} == {Outcome.OK}
    sizes = {trial: _value(result, "size") for trial, result in results.items()}
    assert sizes["half-n40-s0"] < sizes["tiny-n40-s0"]
    assert _value(results["half-n40-s0"], "latency.p50") > 0
    assert decision.chosen == "half"
    # its training is its base's, with the time that pruning took on top
    assert not results["half-n40-s0"].epochs
    assert _value(results["half-n40-s0"], "training_time") > _value(results["tiny-n40-s0"], "training_time")
    plan = Plan.from_json((out / "trials" / "half-n40-s0" / "plan.json").read_bytes())
    assert plan.kept == 0.5
    assert read_study(out).decision.chosen == "half"
    # both are at hand for whoever reads checkpoints of transformers
    texts = torch.tensor([list(b"the film was great".ljust(40, b"\0"))], dtype=torch.uint8)
    for name, neurons in (("tiny", 64), ("half", 32)):
        network, tokenizer = read_checkpoint(write_checkpoint(out, name, tmp_path / f"{name}-checkpoint"))
        assert sum(site.count for site in read_transformer(network).neurons) == neurons
        assert TextClassifier(network, tokenizer, 16).eval()(texts).shape == (1, 2)
    with pytest.raises(InputError, match="Did you mean half"):
        write_checkpoint(out, "haf")
    # where its base has left no weights, it trains them itself
    trial = next(trial for trial in trials_of(scenario) if trial.id == "half-n20-s0")
    run_trial(job_for(trial, scenario, tmp_path / "lone", 1).to_json(), lambda line: None)
    with_base, alone = (
        load_file(place / "trials" / trial.id / "weights.safetensors") for place in (out, tmp_path / "lone")
    )
    assert with_base.keys() == alone.keys()
    for name, weight in with_base.items():
        torch.testing.assert_close(weight, alone[name], rtol=1e-4, atol=1e-5)


def _value(result, quality):
    return next(found.value for found in result.measurements if found.quality == quality)


def test_a_pruned_trial_waits_for_its_base(opinions, tmp_path):
    base = tiny()
    scenario = scenario_of(opinions, (base.pruned("half", keep=0.5), base))
    setting = Setting(scenario, tmp_path, LocalExecutor(workers=2), Silent(), {})
    trials, forecast = trials_of(scenario), Forecast()
    queue = TrialQueue(trials, setting, forecast, Watch(Silent(), forecast, trials, 2))
    first, second = next(queue), next(queue)
    assert {first.name, second.name} == {"tiny-n20-s0", "tiny-n40-s0"}
    assert next(queue, None) is None
    queue.ended(second.name)
    assert next(queue).name == second.name.replace("tiny", "half")
    assert next(queue, None) is None


def test_what_cannot_be_pruned_is_told_before_the_first_trial(opinions, tmp_path):
    base = Candidate(name="words", model="tfidf-regression")
    with pytest.raises(CandidateError, match="what can be pruned in a study are classifiers of"):
        choose(scenario_of(opinions, (base, base.pruned("half", keep=0.5))), tmp_path / "study")
    wrong = tiny().model_copy(update={"name": "b", "prune": Prune(base="tiny", keep=0.5, score="secnd-order")})
    with pytest.raises(CandidateError, match="Did you mean second-order"):
        choose(scenario_of(opinions, (tiny(), wrong)), tmp_path / "other")


def test_a_scenario_file_names_the_base_and_nothing_else(opinions, tmp_path):
    file = tmp_path / "opinions.toml"
    head = (
        f'name = "o"\ntask = "text-classification"\ndata = "texts:{opinions}"\n'
        "[design]\nsizes = [20]\nvalidation = 10\n"
        '[[candidate]]\nname = "tiny"\nmodel = "text_candidates:tiny_bert"\noptions = { width = 8 }\n'
    )
    file.write_text(head + '[[candidate]]\nname = "half"\nprune = { base = "tiny", keep = 0.5, texts = 64 }\n')
    scenario = read_scenario(file)
    assert scenario.candidates[1].prune == Prune(base="tiny", keep=0.5, texts=64)
    assert scenario.candidates[1].options == {"width": 8}
    file.write_text(head + '[[candidate]]\nname = "half"\nmodel = "bert"\nprune = { base = "tny", keep = 1.5 }\n')
    with pytest.raises(Exception, match=r"(?s)Leave it out.*Did you mean tiny.*less than 1") as found:
        read_scenario(file)
    assert "candidate[1].prune.base" in str(found.value)


def test_the_report_writes_a_pruned_candidate_as_its_file_states_it(opinions, tmp_path):
    base = tiny(width=8)
    scenario = scenario_of(opinions, (base, base.pruned("half", keep=0.25)))

    class Told:
        def __init__(self, scenario):
            self.scenario, self.qualities = scenario, ()

    text = scenario_toml(Told(scenario))
    file = tmp_path / "again.toml"
    file.write_text(text)
    assert read_scenario(file) == scenario
