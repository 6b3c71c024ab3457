import torch
from torch import nn

from netwright.models.video.normed_convolution import normed_convolution


def test_there_is_one_bias_that_of_the_normalisation():
    layers = nn.Sequential(*normed_convolution(6, 8, 3, groups=2))
    assert sum(parameter.numel() for parameter in layers.parameters()) == 6 * 8 // 2 * 27 + 2 * 8


def test_sizes_are_halved_upwards():
    layers = nn.Sequential(*normed_convolution(1, 1, (3, 5, 7), (1, 2, 3)))
    assert layers(torch.zeros(1, 1, 4, 7, 8)).shape[2:] == (4, 4, 3)
