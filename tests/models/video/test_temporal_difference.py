"""Filters that begin as differences of frames."""

import pytest
import torch
from torch import nn

from netwright.models.video.temporal_difference import start_differences


@pytest.mark.parametrize("taps", [2, 3])
def test_the_last_filters_are_the_newest_frame_minus_the_one_before(taps: int) -> None:
    layer = nn.Conv3d(3, 8, (taps, 3, 3), bias=False)
    drawn = layer.weight.detach().clone()
    start_differences(layer, 0.5)
    clip = torch.randn(2, 3, taps, 3, 3)
    expected = torch.einsum("nchw,ochw->no", clip[:, :, -1] - clip[:, :, -2], drawn[4:, :, -1])
    assert torch.allclose(layer(clip)[:, 4:, 0, 0, 0], expected, atol=1e-5)
    assert torch.equal(layer.weight[:4], drawn[:4])


@pytest.mark.parametrize(("share", "changed"), [(0.0, 0), (0.25, 2), (1.0, 8)])
def test_the_share_says_how_many(share: float, changed: int) -> None:
    layer = nn.Conv3d(1, 8, (2, 1, 1), bias=False)
    drawn = layer.weight.detach().clone()
    start_differences(layer, share)
    assert int((layer.weight != drawn).flatten(1).any(1).sum()) == changed
