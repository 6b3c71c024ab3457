"""A fingerprint tells models apart by their parameters and by nothing else."""

import pytest
import torch
from torch import nn

from netwright.pruning.fingerprint import fingerprint


@pytest.fixture
def net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))


def test_mode_buffers_and_trainability_do_not_matter(net):
    before = fingerprint(net)
    net.eval()
    net[0].weight.requires_grad_(False)
    net[1].running_mean += 1
    assert fingerprint(net) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda net: net[0].weight.data[1, 2].add_(1e-6),
        lambda net: net.half(),
        lambda net: net.register_parameter("more", nn.Parameter(torch.zeros(0))),
        lambda net: setattr(net[0], "weight", nn.Parameter(net[0].weight.detach().reshape(3, 2))),
        lambda net: setattr(net[0], "bias", None),
    ],
)
def test_values_types_names_and_shapes_matter(net, change):
    before = fingerprint(net)
    change(net)
    assert fingerprint(net) != before


def test_types_that_numpy_does_not_know_and_strided_weights_are_read():
    weight = torch.arange(6.0).reshape(2, 3)
    whole, strided = nn.Module(), nn.Module()
    whole.weight, strided.weight = nn.Parameter(weight), nn.Parameter(weight.T.contiguous().T)
    assert fingerprint(whole) == fingerprint(strided)
    assert fingerprint(whole.bfloat16()) != fingerprint(strided)
