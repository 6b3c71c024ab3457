import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from netwright.models.alexnet import alexnet


@pytest.fixture(scope="module")
def published():
    with torch.device("meta"):
        return alexnet((3, 224, 224), 1000).eval()


def test_the_published_form_has_the_parameters_of_one_tower(published):
    # torchvision's documentation of AlexNet_Weights.IMAGENET1K_V1, the form of Krizhevsky 2014: num_params 61100840
    assert sum(parameter.numel() for parameter in published.parameters()) == 61_100_840


def test_the_published_form_has_the_multiply_adds_of_the_literature(published):
    # torchvision's documentation: 0.71 GFLOPS, which counts multiply-adds
    with FlopCounterMode(display=False) as counter:
        published(torch.zeros(1, 3, 224, 224, device="meta"))
    assert counter.get_total_flops() / 2e9 == pytest.approx(0.714, abs=0.001)


def test_the_maps_of_the_published_form_have_the_sides_of_the_paper(published):
    sides = []
    x = torch.zeros(1, 3, 224, 224, device="meta")
    for layer in published:
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            sides.append(x.shape[-1])
    # Krizhevsky et al. 2012, figure 2: 55, 27, 13, 13, 13, and 6 after the last pooling
    assert sides == [55, 27, 27, 13, 13, 13, 13, 6]


@pytest.mark.parametrize("depth", [3, 4, 5, 8])
def test_depth_counts_the_convolutions(depth):
    network = alexnet((1, 28, 28), 10, depth=depth, width=0.05)
    assert sum(isinstance(layer, nn.Conv2d) for layer in network) == depth


@pytest.mark.parametrize("side", [63, 95, 96, 130])
def test_sides_around_the_change_of_stem_work(side):
    assert alexnet((1, side, side + 7), 10, width=0.05).eval()(torch.zeros(1, 1, side, side + 7)).shape == (1, 10)
