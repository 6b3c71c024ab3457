"""How the features of a fast path reach a slow one."""

import pytest
import torch
from torch.nn import functional

from netwright.models.video.lateral import Lateral, NoLateral


@pytest.mark.parametrize("rate", [1, 2, 4])
@pytest.mark.parametrize("frames", [1, 3, 4, 5, 9])
def test_frame_n_knows_the_fast_frames_up_to_its_own(rate: int, frames: int) -> None:
    torch.manual_seed(0)
    lateral = Lateral(2, 3, rate).double().eval()
    clip = torch.randn(1, 2, frames, 2, 2, dtype=torch.float64)
    slow = clip[:, :, ::rate]
    joined = lateral(slow, clip)
    weight = lateral.convolution[0].convolution.weight
    for n in range(slow.shape[2]):
        own = range(max(0, rate * n - rate + 1), rate * n + 1)
        seen = sum(
            functional.conv3d(clip[:, :, t : t + 1], weight[:, :, t - rate * n - 1 + rate][:, :, None]) for t in own
        )
        expected = functional.relu(lateral.convolution[1](seen))
        assert torch.allclose(joined[:, 2:, n : n + 1], expected, atol=1e-12)
    assert torch.equal(joined[:, :2], slow)


def test_without_a_connection_the_slow_path_stays_as_it_is() -> None:
    slow = torch.randn(1, 2, 3, 1, 1)
    assert NoLateral()(slow, torch.randn(1, 5, 9, 1, 1)) is slow
