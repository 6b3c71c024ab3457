"""Trainings of a study that are watched through their symmetries."""

from itertools import islice

import pytest
import torch
from torch import nn

from netwright.records.candidate import Recipe
from netwright.records.dynamics import Dynamics
from netwright.report.page import page_html
from netwright.report.scenario_toml import scenario_toml
from netwright.studies.choose import choose
from netwright.studies.executors import LocalExecutor
from netwright.studies.read import read_scenario, read_study
from netwright.studies.trial_dynamics import TrialWatch
from netwright.training.epochs import train_epochs

from .conftest import candidate, scenario_of

RECIPE = Recipe(lr=0.1, momentum=0.9, epochs=4, batch_size=8)
DATA = torch.randn(40, 5, generator=torch.Generator().manual_seed(0)), torch.arange(40) % 3


def _model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 3))


def _trained(model: nn.Module, watch: TrialWatch, checkpoint=None, epochs: int = 4) -> nn.Module:
    list(islice(train_epochs(model, DATA, DATA, RECIPE, 0, checkpoint, watching=watch), epochs))
    return model


def test_a_watched_training_ends_with_the_same_weights(tmp_path):
    watch = TrialWatch("mlp-n40-s0", DATA[0], 20)
    watched = _trained(_model(), watch)
    plain = _model()
    list(train_epochs(plain, DATA, DATA, RECIPE, 0, None))
    assert all(
        torch.equal(a, b) for a, b in zip(watched.state_dict().values(), plain.state_dict().values(), strict=True)
    )
    folder = tmp_path / "trials" / "mlp-n40-s0"
    folder.mkdir(parents=True)
    gist = watch.keep(folder)
    assert gist is not None
    assert (gist.steps, gist.alarms, gist.file) == (20, (), "trials/mlp-n40-s0/dynamics.json")
    kept = Dynamics.from_json((tmp_path / gist.file).read_bytes())
    assert kept.title == "mlp-n40-s0"
    assert gist.charges == sum(series.count for series in kept.series) > 8
    assert gist.error is not None
    assert gist.error < 1e-3


def test_a_training_that_was_cut_off_is_watched_as_if_it_was_not(tmp_path):
    whole, first, second = (TrialWatch("mlp", DATA[0], 20) for _ in range(3))
    _trained(_model(), whole)
    checkpoint = tmp_path / "checkpoint.pt"
    _trained(_model(), first, checkpoint, epochs=2)
    _trained(_model(), second, checkpoint)
    whole.keep(tmp_path)
    expected = (tmp_path / "dynamics.json").read_text()
    second.keep(tmp_path)
    assert (tmp_path / "dynamics.json").read_text() == expected


def test_nothing_is_kept_where_nothing_was_watched(tmp_path):
    assert TrialWatch("tree", DATA[0], 1).keep(tmp_path) is None
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def study(tmp_path_factory, shared_mlflow):
    out = tmp_path_factory.mktemp("study")
    scenario = scenario_of(candidate("small", "mlp", hidden=[16]), candidate("regression", "logistic-regression"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI")
        choose(scenario.model_copy(update={"dynamics": True}), out=out, executor=LocalExecutor(workers=2))
    return read_study(out)


def test_every_training_by_steps_of_a_study_is_watched(study):
    watched = {result.candidate for result in study.results if result.dynamics is not None}
    assert watched == {"small"}
    assert all(result.dynamics for result in study.results if result.candidate == "small")
    for result in study.results:
        if result.dynamics is not None:
            assert result.dynamics.error is not None
            assert result.dynamics.error < 1e-5


def test_one_training_a_candidate_is_shown_in_the_report(study):
    (record,) = study.dynamics
    assert record.title == "small-n200-s0"
    page = page_html(study)
    assert "Whether training obeyed its conservation laws" in page
    assert "No alarm was raised" in page


def test_the_wish_is_read_from_a_scenario_and_written_into_one(tmp_path, study):
    assert study.decision.scenario.dynamics
    text = scenario_toml(study.decision)
    assert "dynamics = true" in text
    file = tmp_path / "again.toml"
    file.write_text(text)
    assert read_scenario(file).dynamics
