"""The inverted bottleneck of clips."""

import torch
from torch import nn

from netwright.models.video.inverted_bottleneck import EXPANSION, inverted_bottleneck


def test_its_parameters_follow_the_formula() -> None:
    inputs, outputs, wide = 4, 6, EXPANSION * 6
    weights = inputs * wide + 9 * wide + 3 * wide + wide * outputs + inputs * outputs
    norms = 2 * (3 * wide + outputs + outputs)
    found = sum(parameter.numel() for parameter in inverted_bottleneck(inputs, outputs, 2).parameters())
    assert found == weights + norms


def test_depthwise_filters_see_their_own_channel_alone() -> None:
    block = inverted_bottleneck(4, 6, 1)
    spatial, temporal = block.residual[3], block.residual[6].convolution
    assert spatial.groups == temporal.groups == EXPANSION * 6


def test_the_gate_stands_before_the_narrowing_convolution() -> None:
    seen: list[int] = []

    def gate(channels: int) -> nn.Module:
        seen.append(channels)
        return nn.Identity()

    block = inverted_bottleneck(4, 6, 2, gate)
    assert seen == [EXPANSION * 6]
    assert block(torch.zeros(1, 4, 3, 5, 5)).shape == (1, 6, 3, 3, 3)
