"""Two causal paths at two frame rates."""

from typing import Any

import pytest
import torch
from torch import nn

from netwright.models.video.causal_slowfast import CausalSlowFast, causal_slowfast
from netwright.records.errors import CandidateError

MOST = 610_000
OPTIONS: list[dict[str, Any]] = [
    {},
    {"rate": 1},
    {"rate": 2, "gate": "squeeze-excite"},
    {"paths": "shared"},
    {"laterals": False},
    {"block": "inverted"},
    {"differences": 0.0},
]


def network(side: int = 32, **options: Any) -> nn.Module:
    torch.manual_seed(0)
    made = causal_slowfast((3, 16, side, side), 5, **options)
    made.train()
    with torch.no_grad():  # statistics other than the first ones
        made(torch.randn(4, 3, 8, side, side))
    return made.eval()


def features(made: nn.Module, clip: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the frames of both paths before they are averaged."""
    kept: list[torch.Tensor] = []
    hook = made.pool.register_forward_hook(lambda _module, given, _output: kept.append(given[0]))
    made(clip)
    hook.remove()
    slow, fast = kept
    return slow, fast


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_it_has_at_most_the_parameters_it_may_have(options: dict[str, Any]) -> None:
    made = causal_slowfast((3, 16, 112, 112), 101, **options)
    assert sum(parameter.numel() for parameter in made.parameters()) <= MOST


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@torch.no_grad()
def test_no_feature_knows_a_frame_of_the_future(options: dict[str, Any]) -> None:
    made = network(**options).double()
    clip = torch.randn(1, 3, 11, 32, 32, dtype=torch.float64)
    slow, fast = features(made, clip)
    for cut in (1, 4, 5, 10):
        other = clip.clone()
        other[:, :, cut:] += 3
        changed_slow, changed_fast = features(made, other)
        known = -(-cut // made.rate)
        assert torch.equal(changed_fast[:, :, :cut], fast[:, :, :cut])
        assert torch.equal(changed_slow[:, :, :known], slow[:, :, :known])
        assert not torch.equal(changed_fast[:, :, cut], fast[:, :, cut])


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5, 17])
@torch.no_grad()
def test_clips_of_any_length_have_features_for_every_frame(frames: int) -> None:
    slow, fast = features(made := network(), torch.randn(2, 3, frames, 32, 37))
    assert isinstance(made, CausalSlowFast)
    assert (fast.shape[2], slow.shape[2]) == (frames, -(-frames // 4))


@torch.no_grad()
def test_the_answer_is_the_head_on_the_mean_of_both_paths() -> None:
    made, clip = network(), torch.randn(2, 3, 6, 40, 33)
    slow, fast = features(made, clip)
    means = torch.cat([slow.mean((2, 3, 4)), fast.mean((2, 3, 4))], 1)
    assert torch.allclose(made(clip), made.head(means), atol=1e-5)


@torch.no_grad()
def test_bytes_are_read_as_their_numbers() -> None:
    made, clip = network(), torch.randint(0, 256, (1, 3, 5, 32, 32), dtype=torch.uint8)
    assert torch.allclose(made(clip), made((clip / 255 - 0.5) / 0.25), atol=1e-5)


def test_large_frames_are_halved_first() -> None:
    clip = torch.randn(1, 3, 5, 64, 66)
    halved = nn.functional.avg_pool3d(clip, (1, 2, 2))
    small, large = network(32), network(64)
    large.load_state_dict(small.state_dict())
    with torch.no_grad():
        assert torch.allclose(large(clip), small(halved), atol=1e-5)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_every_parameter_gets_a_gradient(options: dict[str, Any]) -> None:
    made = network(**options).train()
    made(torch.randn(4, 3, 9, 32, 32)).square().sum().backward()
    silent = [name for name, one in made.named_parameters() if one.grad is None or not bool(one.grad.any())]
    assert silent == []


@torch.no_grad()
def test_a_scene_at_rest_leaves_the_filters_of_differences_at_zero() -> None:
    torch.manual_seed(0)
    made = causal_slowfast((3, 16, 32, 32), 5, differences=1.0)
    rest = torch.randn(1, 3, 1, 32, 32).expand(-1, -1, 6, -1, -1)
    assert made.fast[0][0](rest)[:, :, 1:].abs().max() < 1e-5


@pytest.mark.parametrize(
    "options",
    [{"rate": 0}, {"paths": "three"}, {"laterals": 1}, {"differences": 2}, {"block": "dense"}, {"gate": True}],
    ids=str,
)
def test_options_that_it_does_not_have_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(CandidateError, match=f"causal-slowfast.{next(iter(options))}"):
        causal_slowfast((3, 16, 32, 32), 5, **options)


def test_images_are_refused() -> None:
    with pytest.raises(CandidateError, match="it reads clips"):
        causal_slowfast((3, 32, 32), 5)
