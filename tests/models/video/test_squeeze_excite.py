"""Gates of channels from the mean over the frames so far."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch.nn import functional

from netwright.models.video.squeeze_excite import CausalSqueezeExcite, mean_so_far


@settings(deadline=None, max_examples=25)
@given(frames=some.integers(1, 12), channels=some.integers(1, 9), seed=some.integers(0, 99))
def test_every_frame_has_the_gate_of_the_clip_that_ends_with_it(frames: int, channels: int, seed: int) -> None:
    torch.manual_seed(seed)
    layer, clip = CausalSqueezeExcite(channels), torch.randn(2, channels, frames, 3, 2)
    found = layer(clip)
    for last in range(frames):
        mean = clip[:, :, : last + 1].mean((2, 3, 4))
        narrow = functional.relu(mean @ layer.squeeze.weight.flatten(1).T + layer.squeeze.bias)
        gate = torch.sigmoid(narrow @ layer.excite.weight.flatten(1).T + layer.excite.bias)
        assert torch.allclose(found[:, :, last], clip[:, :, last] * gate[:, :, None, None], atol=1e-5)


def test_a_long_clip_frame_by_frame_has_the_same_means() -> None:
    clip = torch.rand(1, 1, 2000, 1, 1) + 1000
    total, found = 0.0, mean_so_far(clip).flatten().tolist()
    for index, frame in enumerate(clip.flatten().tolist()):
        total += frame
        assert found[index] == torch.tensor(total / (index + 1)).item()


def test_the_narrow_layer_keeps_four_channels() -> None:
    assert [CausalSqueezeExcite(c).squeeze.out_channels for c in (1, 8, 64)] == [4, 4, 16]
