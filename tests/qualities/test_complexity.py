from math import isnan

import pytest
import torch
from torch import nn

from netwright.models.build import build
from netwright.models.catalog import ARCHITECTURES
from netwright.qualities.complexity import LIBRARY_PAGES, WRITING_WASTE, predict_complexity, training_bytes
from netwright.records.candidate import Candidate, Recipe
from netwright.records.complexity import COMPLEXITY_UNITS
from netwright.training.epochs import train_epochs

SHAPE, CLASSES = (1, 16, 16), 10
SMALL = {"alexnet": {"width": 0.1}, "googlenet": {"depth": 10, "width": 0.1}, "resnet": {"depth": 8}}


def predict(name, recipe=None, **options):
    model = build(Candidate(name="one", model=name, options=options), SHAPE, CLASSES)
    return predict_complexity(model, SHAPE, recipe or Recipe(), CLASSES)


def test_a_perceptron_is_the_closed_form():
    found = predict("mlp", hidden=[300, 100])
    weights = 256 * 300 + 300 * 100 + 100 * 10
    assert found.parameters == weights + 410
    assert found.flops == 2 * weights
    # flattening and three dropouts hand on what they got
    assert found.activations == 256 + 3 * 300 + 3 * 100 + 10
    assert found.uncounted == ("relu (2)",)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("recipe", "slots"),
    [
        (Recipe(optimizer="sgd", momentum=0.0), 0),
        (Recipe(optimizer="sgd", momentum=0.9), 1),
        (Recipe(optimizer="adam"), 2),
        (Recipe(optimizer="adamw"), 2),
    ],
)
def test_optimizers_hold_what_their_state_says(recipe, slots, tmp_path):
    model = nn.Sequential(nn.Flatten(), nn.Linear(256, 400), nn.ReLU(), nn.Linear(400, 10))
    own = sum(parameter.numel() for parameter in model.parameters()) * 4
    found = training_bytes(model, SHAPE, recipe, CLASSES)
    assert found.writing == slots * own + own + 2 * (own + slots * own)
    data = torch.zeros(8, *SHAPE), torch.arange(8)
    checkpoint = tmp_path / "checkpoint.pt"
    list(train_epochs(model, data, data, recipe.model_copy(update={"epochs": 1}), 0, checkpoint))
    assert checkpoint.stat().st_size == pytest.approx((1 + slots) * own, abs=40_000)


def test_frozen_parameters_have_no_gradient_and_no_state():
    model = nn.Sequential(nn.Flatten(), nn.Linear(256, 400), nn.ReLU(), nn.Linear(400, 10))
    model[1].requires_grad_(False)
    own, trained = (256 * 400 + 400 + 4010) * 4, 4010 * 4
    assert training_bytes(model, SHAPE, Recipe(), CLASSES).writing == 2 * trained + 2 * (own + trained)


def test_a_model_of_weights_needs_most_while_its_checkpoint_is_written():
    model = nn.Sequential(nn.Flatten(), nn.Linear(256, 4000), nn.ReLU(), nn.Linear(4000, 4000), nn.Linear(4000, 10))
    own = sum(parameter.numel() for parameter in model.parameters()) * 4
    found = predict_complexity(model, SHAPE, Recipe(optimizer="adam", batch_size=1), CLASSES)
    assert found.training_memory == LIBRARY_PAGES + WRITING_WASTE * 9 * own


def test_a_model_of_activations_needs_more_with_each_image_of_the_batch():
    few, more, many = (predict("resnet", Recipe(batch_size=size), depth=8).training_memory for size in (64, 128, 256))
    assert many - more == pytest.approx(2 * (more - few))
    assert more > few


@pytest.mark.parametrize("name", [one.name for one in ARCHITECTURES if one.reads == "numbers" and not one.fits_itself])
def test_every_trained_architecture_is_predicted(name):
    found = predict(name, **SMALL.get(name, {}))
    assert all(getattr(found, figure) > 0 for figure in COMPLEXITY_UNITS)
    assert found.training_memory > 4 * found.parameters


def test_a_model_that_looks_at_values_says_so():
    class Looking(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(256, 10)

        def forward(self, x):
            return self.layer(x.flatten(1)) * (1 + x.sum().item())

    found = predict_complexity(Looking(), SHAPE, Recipe(), CLASSES)
    assert found.training_memory > LIBRARY_PAGES
    assert "prolonged" in found.notes[0]


def test_a_regression_is_known_but_for_its_solver():
    found = predict("logistic-regression")
    assert (found.parameters, found.flops) == (2570, 5120)
    assert isnan(found.training_memory)
    assert "solver" in found.notes[0]


@pytest.mark.parametrize("name", ["decision-tree", "random-forest"])
def test_of_a_tree_nothing_is_known_before_it_has_grown(name):
    found = predict(name)
    assert all(isnan(getattr(found, figure)) for figure in COMPLEXITY_UNITS)
    assert "depends on the data" in found.notes[0]
    assert found.uncounted == ()
