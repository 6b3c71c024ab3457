"""A study of videos, from its scenario to the pages; and that no trial sees the test part before its end."""

import pytest
import torch

from netwright.data.videos import make_video_dataset
from netwright.machine.progress import Silent
from netwright.models.stored import load_stored
from netwright.records.candidate import Candidate, Recipe
from netwright.records.errors import ScenarioError
from netwright.records.evaluation import Evaluation
from netwright.records.scenario import Design, Scenario
from netwright.records.trial import Epoch, Outcome, TrialResult
from netwright.report.page import page_html
from netwright.studies import trial_run
from netwright.studies.checkpoint import write_checkpoint
from netwright.studies.choose import choose
from netwright.studies.evaluate_run import EvaluateSetting, evaluate
from netwright.studies.executors import LocalExecutor
from netwright.studies.read import read_scenario, read_study
from netwright.studies.trial_job import job_for, trials_of

RECIPE = Recipe(optimizer="adamw", lr=0.003, epochs=2, batch_size=8, schedule="plateau", augment="corner-crop")


def brightening(count, seed):
    """Videos that become brighter (class 1) or darker, four of each origin."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 2
    ramp = torch.linspace(0, 1, 16)
    rising = torch.where(labels[:, None] == 1, ramp, ramp.flip(0))[:, None, :, None, None]
    noise = torch.rand(count, 3, 16, 16, 16, generator=generator)
    return (rising * 180 + noise * 60).to(torch.uint8), labels


def dataset():
    origins = torch.arange(48) // 4, 100 + torch.arange(24) // 4
    return make_video_dataset("toy", brightening(48, 0), brightening(24, 1), ("darker", "brighter"), origins=origins)


def scenario(data="toy", **recipe):
    candidates = (
        Candidate(name="small", model="mobilenet3d", options={"width": 0.1}, recipe=RECIPE),
        Candidate(name="causal", model="causal-shufflenet", options={"width": 0.1}, recipe=RECIPE),
    )
    return Scenario(
        name="videos", task="video-classification", data=data, candidates=candidates,
        design=Design(sizes=(16, 32), seeds=1, validation=6), qualities=("accuracy.per-parameter", "latency.frame.p50"),
    )  # fmt: skip


class Watched:
    """A data set that notes who reads which part."""

    def __init__(self, inner, seen):
        self._inner, self._seen = inner, seen

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def test_inputs(self, indices):
        self._seen.append("test")
        return self._inner.test_inputs(indices)


def test_the_test_part_is_not_seen_before_the_training_has_ended(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(trial_run, "load", lambda name: Watched(dataset(), seen))
    study = scenario()
    trial = trials_of(study)[-1]
    job = job_for(trial, study, tmp_path, 1)
    result = TrialResult.from_json(trial_run.run_trial(job.to_json(), lambda line: seen.append(Epoch.from_json(line))))
    told = [one if one == "test" else one.index for one in seen]
    assert told[:3] == [1, 2, "test"]
    assert set(told[3:]) <= {"test"}
    # what is kept is what the last epoch left: nothing looked for a better one
    kept = trial_run.trained_model(job, dataset())
    evaluation = Evaluation.from_json((tmp_path / "trials" / trial.id / "evaluation.json").read_bytes())
    right = (kept.eval()(dataset().test_clips).argmax(1) == dataset().test_labels).sum()
    assert evaluation.whole.top1.hits == int(right)
    accuracy = next(one for one in result.measurements if one.quality == "accuracy")
    assert accuracy.value == evaluation.whole.top1.value


@pytest.fixture
def videos_folder(tmp_path, monkeypatch):
    """Where a study's processes find the toy videos: brought to this machine, as to a node of a cluster."""
    from netwright.studies import data_at_hand

    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(data_at_hand.catalog, "load", lambda name: dataset())
    file, note = data_at_hand.pack("videos:/toy")
    assert file.is_file()
    place = tmp_path / "cache" / data_at_hand.note_place("videos:/toy")
    place.write_bytes(note)
    return "videos:/toy"


@pytest.mark.slow
def test_a_study_of_videos_from_its_scenario_to_its_pages(videos_folder, tmp_path, monkeypatch, shared_mlflow):
    for module in ("preflight", "register", "evaluate_run"):
        monkeypatch.setattr(f"netwright.studies.{module}.load", lambda name: dataset())
    out = tmp_path / "study"
    decision = choose(scenario(videos_folder), out, LocalExecutor(workers=1))
    study = read_study(out)
    assert {result.outcome for result in study.results} == {Outcome.OK}
    measured = {one.quality for candidate in decision.candidates for one in candidate.measurements}
    assert {"accuracy.per-parameter", "latency.frame.p50", "flops", "activations"} <= measured
    assert study.evaluation.title == decision.chosen
    page = page_html(study)
    assert "What the chosen model answers" in page
    record = evaluate(EvaluateSetting(str(out)), Silent())
    assert record.whole == study.evaluation.whole
    stored = load_stored(write_checkpoint(out, None, tmp_path / "stored"))
    assert (stored.shape, stored.classes) == ((3, 16, 16, 16), ("darker", "brighter"))
    assert evaluate(EvaluateSetting(str(tmp_path / "stored")), Silent()).whole == record.whole


TOML = """
name = "v"
task = "video-classification"
data = "motions"
[design]
sizes = [64]
[[candidate]]
name = "published"
model = "causal-shufflenet"
[[candidate]]
name = "other"
model = "{model}"
"""


def test_a_candidate_without_a_recipe_is_trained_as_published(tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(TOML.format(model="resnet3d"))
    published, other = read_scenario(file).candidates
    assert other.recipe == Recipe()
    recipe = published.recipe
    assert (recipe.optimizer, recipe.batch_size, recipe.lr, recipe.momentum) == ("sgd", 16, 0.1, 0.9)
    assert (recipe.schedule, recipe.epochs, recipe.augment) == ("plateau", 100, "corner-crop")


@pytest.mark.parametrize(("model", "reads"), [("resnet", "numbers"), ("bert", "texts")])
def test_a_model_that_reads_no_clips_is_refused_by_line(tmp_path, model, reads):
    file = tmp_path / "s.toml"
    file.write_text(TOML.format(model=model))
    with pytest.raises(ScenarioError, match=rf"{model} reads {reads}, and video-classification gives clips.*resnet3d"):
        read_scenario(file)
