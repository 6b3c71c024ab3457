"""The residual block of a convolution over space and a causal one over time."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from netwright.models.video.factorised_block import ResidualClipBlock, factorised_block


def test_it_equals_two_convolutions_and_a_shortcut_written_out() -> None:
    torch.manual_seed(0)
    block = factorised_block(4, 6, 2).double().eval()
    clip = torch.randn(2, 4, 5, 7, 8, dtype=torch.float64)
    space, norm, _, time, other, _ = block.residual
    wide = functional.relu(norm(functional.conv3d(clip, space.weight, stride=(1, 2, 2), padding=(0, 1, 1))))
    kernel = time.convolution.weight
    frames = []
    for t in range(5):
        taps = [
            functional.conv3d(wide[:, :, t - 2 + k : t - 1 + k], kernel[:, :, k : k + 1])
            for k in range(3)
            if t - 2 + k >= 0
        ]
        frames.append(torch.stack(taps).sum(0))
    expected = functional.relu(other(torch.cat(frames, 2)) + block.shortcut(clip))
    assert torch.allclose(block(clip), expected, atol=1e-12)


def test_the_shortcut_is_the_input_where_shapes_agree() -> None:
    assert isinstance(factorised_block(4, 4, 1).shortcut, nn.Identity)
    block = ResidualClipBlock(nn.Identity(), 2, 2, 1)
    clip = torch.randn(1, 2, 3, 2, 2)
    assert torch.equal(block(clip), functional.relu(2 * clip))


@pytest.mark.parametrize(("inputs", "stride"), [(3, 1), (4, 2)])
def test_the_shortcut_is_projected_where_they_do_not(inputs: int, stride: int) -> None:
    shortcut = factorised_block(inputs, 4, stride).shortcut
    assert (
        shortcut(torch.zeros(1, inputs, 2, 5, 5)).shape[1:]
        == factorised_block(inputs, 4, stride)(torch.zeros(1, inputs, 2, 5, 5)).shape[1:]
    )
