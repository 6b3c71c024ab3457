import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from netwright.data import sidewalk
from netwright.data.sidewalk_scene import LIGHTS
from netwright.records.candidate import Recipe
from netwright.training.epochs import train_epochs


@pytest.fixture(scope="module")
def dataset():
    return sidewalk.make(3000, 1000, seed=5)


def test_it_follows_from_the_seed():
    prints = [sidewalk.make(60, 20, seed).fingerprint for seed in (1, 1, 2)]
    assert prints[0] == prints[1] != prints[2]


def test_half_have_a_pedestrian_and_all_are_different(dataset):
    labels = torch.cat([dataset.train_labels, dataset.test_labels])
    assert int(labels.sum()) == 2000
    images = torch.cat([dataset.train_images, dataset.test_images])
    assert len(images.flatten(1).unique(dim=0)) == 4000
    assert dataset.leaks() == ()


def test_light_is_a_group_that_shows_in_the_pixels(dataset):
    names, codes = dataset.groups("light")
    assert names == LIGHTS
    means = [float(dataset.test_images[codes == code].float().mean()) for code in range(3)]
    assert means == sorted(means, reverse=True)


def test_a_linear_model_is_clearly_below_a_small_convolutional_one(dataset):
    inputs, labels = dataset.train_inputs(torch.arange(3000)), dataset.train_labels
    tests, truth = dataset.test_inputs(torch.arange(1000)), dataset.test_labels
    linear = LogisticRegression(C=0.001, max_iter=500).fit(inputs.flatten(1), labels)
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2, padding=2), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2, padding=1),
        nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Flatten(), nn.Linear(512, 2),
    )  # fmt: skip
    recipe = Recipe(optimizer="adam", lr=0.003, epochs=8, batch_size=32)
    *_, last = train_epochs(net, (inputs, labels), (tests, truth), recipe, 0, None)
    assert 0.5 < linear.score(tests.flatten(1), truth) < last.validation_accuracy - 0.06
    assert last.validation_accuracy < 0.95
