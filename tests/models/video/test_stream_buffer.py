from dataclasses import FrozenInstanceError

import pytest
import torch

from netwright.models.video.dual_path_stems import fast_stem, slow_stem
from netwright.models.video.shuffle_unit import ShuffleTrunk
from netwright.models.video.stream_buffer import BUFFERS, ShufflePath, StreamBuffer, feature_buffer, raw_buffer

STEMS = {"slow": slow_stem, "fast": fast_stem}


def path(name: str) -> ShufflePath:
    torch.manual_seed(0)
    return ShufflePath(STEMS[name](3, 6), ShuffleTrunk(6, (24, 48, 96), 3)).eval().double()


def clip(seed: int) -> torch.Tensor:
    return torch.randn(2, 3, 16, 20, 20, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("name", STEMS)
def test_the_raw_buffer_is_the_mean_of_the_buffer_and_all_frames(name):
    both, kept, expected = path(name), None, torch.zeros(1, dtype=torch.float64)
    for seed in range(3):
        _, kept = raw_buffer(both, clip(seed), kept)
        sampled = both.stem.sample(clip(seed))
        joined = torch.cat([expected.expand(*sampled.shape[:2], 1, *sampled.shape[3:]), sampled], dim=2)
        expected = joined.mean(dim=2, keepdim=True)
        torch.testing.assert_close(kept, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", STEMS)
def test_the_raw_buffer_stands_before_the_sampled_frames(name):
    both = path(name)
    _, kept = raw_buffer(both, clip(0), None)
    features, _ = raw_buffer(both, clip(1), kept)
    torch.testing.assert_close(features, both.trunk(both.stem(both.stem.sample(clip(1)), kept)))
    assert not torch.allclose(features, both(clip(1)))


@pytest.mark.parametrize("name", STEMS)
def test_the_feature_buffer_is_the_newest_frame_behind_the_trunks_first_convolution(name):
    both = path(name)
    _, kept = feature_buffer(both, clip(0), None)
    z = both.stem(both.stem.sample(clip(0)))
    assert kept.shape == (2, 6, 1, 5, 5)
    torch.testing.assert_close(kept, both.trunk.first.expand(z)[:, :, -1:])
    # the first unit then answers as if it had seen both subclips at once
    later = both.stem(both.stem.sample(clip(1)))
    features, _ = feature_buffer(both, clip(1), kept)
    whole = both.trunk.first(torch.cat([z, later], dim=2))[:, :, 4:]
    torch.testing.assert_close(features, both.trunk.rest(whole))
    assert not torch.allclose(features, both(clip(1)))


@pytest.mark.parametrize("name", STEMS)
@pytest.mark.parametrize("buffer", BUFFERS)
def test_a_video_starts_from_a_buffer_of_zeros(name, buffer):
    both = path(name)
    features, kept = BUFFERS[buffer](both, clip(0), None)
    again, kept_again = BUFFERS[buffer](both, clip(0), torch.zeros_like(kept))
    assert torch.equal(features, again)
    assert torch.equal(kept, kept_again)
    assert torch.equal(features, both(clip(0)))


@pytest.mark.parametrize("buffer", BUFFERS)
def test_no_gradient_flows_through_the_buffer(buffer):
    both, first = path("slow").train(), clip(0).requires_grad_()
    _, kept = BUFFERS[buffer](both, first, None)
    assert not kept.requires_grad
    second = clip(1).requires_grad_()
    features, _ = BUFFERS[buffer](both, second, kept)
    gradients = torch.autograd.grad(features.square().sum(), [first, second], allow_unused=True)
    assert gradients[0] is None
    assert gradients[1].any()


@pytest.mark.parametrize("buffer", BUFFERS)
def test_a_buffer_frame_holds_no_other_memory(buffer):
    _, kept = BUFFERS[buffer](path("slow"), clip(0), None)
    assert kept.untyped_storage().nbytes() == kept.numel() * kept.element_size()


def test_the_state_cannot_be_changed():
    state = StreamBuffer(torch.zeros(1), torch.zeros(1))
    with pytest.raises(FrozenInstanceError):
        state.slow = torch.ones(1)
