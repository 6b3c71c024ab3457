"""Two causal paths at two frame rates: one sees every frame, the other every fourth.

The fast path follows motion, and begins with differences of frames; the slow path sees further back with the same
kernels. At every stage the slow path is told what the fast path saw since its last frame. No operation sees a frame of
the future, so the network can be converted to run frame by frame; the fast path has features for every frame of the
video, where the causal ShuffleNet's paths have them for every sixteenth.

Two things differ from the published SlowFast networks, since they learned more from few clips of `motions`
(`benchmarks/video/`): the fast path is not thin, and the convolutions are dense and factorised, not depthwise.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from netwright.models.options import among, whole, within
from netwright.models.video.causal_convolution import CausalConvolution
from netwright.models.video.clip_input import ClipInput
from netwright.models.video.clip_shape import clip_shape
from netwright.models.video.factorised_block import factorised_block
from netwright.models.video.inverted_bottleneck import inverted_bottleneck
from netwright.models.video.lateral import Lateral, NoLateral
from netwright.models.video.shared_twin import shared_twin
from netwright.models.video.squeeze_excite import CausalSqueezeExcite
from netwright.models.video.temporal_difference import start_differences

LARGE_SIDE = 64
"""From this many pixels on, frames are halved before the stems."""
STEM = 16
FAST, SLOW, SHARED = (32, 64, 128), (32, 64, 96), (64, 112, 160)
"""Channels of the stages."""
BLOCKS = {"factorised": factorised_block, "inverted": inverted_bottleneck}
GATES: dict[str, Callable[[int], nn.Module]] = {"none": lambda _: nn.Identity(), "squeeze-excite": CausalSqueezeExcite}
PATHS = ("asymmetric", "shared")
Stage = Callable[[int, int], nn.Module]
"""From the channels that enter and leave to a stage, which halves height and width."""
Parts = tuple[list[nn.Module], list[nn.Module], list[nn.Module]]
"""Slow stages, fast stages, and what connects them before each."""


class CausalSlowFast(nn.Module):
    """y = head([mean of the slow features, mean of the fast features]).

    Args:
        before: What every frame passes first.
        slow: Stem and stages of the slow path.
        fast: Stem and stages of the fast path.
        laterals: From (slow, fast) to what the next stage of the slow path reads, one a stage.
        head: From the joined means (N, C) to logits.
        rate: Frames of the video for each frame of the slow path.
    """

    def __init__(
        self,
        before: nn.Module,
        slow: Sequence[nn.Module],
        fast: Sequence[nn.Module],
        laterals: Sequence[nn.Module],
        head: nn.Module,
        rate: int,
    ) -> None:
        super().__init__()
        self.input = ClipInput()
        self.before = before
        self.slow = nn.ModuleList(slow)
        self.fast = nn.ModuleList(fast)
        self.laterals = nn.ModuleList(laterals)
        self.pool = nn.Sequential(nn.AdaptiveAvgPool3d(1), nn.Flatten())
        self.head = head
        self.rate = rate

    def forward(self, clips: Tensor) -> Tensor:
        """Return logits (N, K) for clips (N, C, T, H, W), uint8 or floating, of any T from 1 on."""
        frames = self.before(self.input(clips))
        slow, fast = self.slow[0](frames[:, :, :: self.rate]), self.fast[0](frames)
        for lateral, slow_stage, fast_stage in zip(self.laterals, self.slow[1:], self.fast[1:], strict=True):
            slow = slow_stage(lateral(slow, fast))
            fast = fast_stage(fast)
        logits: Tensor = self.head(torch.cat([self.pool(slow), self.pool(fast)], dim=1))
        return logits


def causal_slowfast(
    shape: tuple[int, ...],
    classes: int,
    *,
    rate: int = 4,
    paths: str = "asymmetric",
    laterals: bool = True,
    differences: float = 0.5,
    block: str = "factorised",
    gate: str = "none",
) -> nn.Module:
    """Return a causal SlowFast network of small size.

    Each path has a stem, which halves height and width, and three residual stages, each of which halves them again;
    frames of 64 pixels or more are halved before. No stage has a stride in time.

    Sources: Feichtenhofer et al. 2019, "SlowFast Networks for Video Recognition", section 3; for causal convolutions
    Kondratyuk et al. 2021, "MoViNets", section 3.2; for differences of frames Wang et al. 2021, "TDN".

    Args:
        shape: Of a clip: (channels, frames, height, width).
        classes: How many logits.
        rate: Frames of the video for each frame of the slow path; 1 gives both paths features for every frame.
        paths: `asymmetric`: each path has widths and weights of its own; `shared`: both have one width and the same
            convolutions, each with its own batch normalisation.
        laterals: Whether the slow path is told what the fast one saw (asymmetric paths only).
        differences: Share of the fast stem's filters that start as differences of two frames.
        block: `factorised`, or `inverted` for depthwise bottlenecks.
        gate: `none` or `squeeze-excite`, in every block.

    Returns:
        A module from (N, C, T, H, W) to logits (N, classes).

    Raises:
        CandidateError: The shape is no clip's, or an option has no such value.

    >>> sum(parameter.numel() for parameter in causal_slowfast((3, 16, 112, 112), 101).parameters())
    437429
    """
    channels, _, *sides = clip_shape("causal-slowfast", shape)
    whole("causal-slowfast.rate", rate, 1, 64)
    within("causal-slowfast.differences", differences, 0, 1)
    _check_words(paths=paths, laterals=laterals, block=block, gate=gate)
    before = nn.AvgPool3d((1, 2, 2)) if min(sides) >= LARGE_SIDE else nn.Identity()
    slow_stem, fast_stem = _stem(channels, 1), _stem(channels, 2, differences)
    stage = partial(BLOCKS[block], stride=2, gate=GATES[gate])
    connect = partial(Lateral, rate=rate) if laterals else None
    slow, fast, connections = _shared(stage) if paths == "shared" else _asymmetric(stage, connect)
    head = nn.Linear(2 * SHARED[-1] if paths == "shared" else SLOW[-1] + FAST[-1], classes)
    return CausalSlowFast(before, [slow_stem, *slow], [fast_stem, *fast], connections, head, rate)


def _check_words(**given: object) -> None:
    allowed = {"paths": PATHS, "laterals": (True, False), "block": tuple(BLOCKS), "gate": tuple(GATES)}
    for option, value in given.items():
        among(f"causal-slowfast.{option}", value, allowed[option])


def _stem(channels: int, frames: int, differences: float = 0.0) -> nn.Sequential:
    convolution = CausalConvolution(channels, STEM, (frames, 3, 3), (1, 2, 2))
    if differences:
        start_differences(convolution.convolution, differences)
    return nn.Sequential(convolution, nn.BatchNorm3d(STEM), nn.ReLU())


def _asymmetric(stage: Stage, connect: Callable[[int, int], nn.Module] | None) -> Parts:
    """Return the stages of both paths and what connects them."""
    slow, fast, connections = [], [], []
    of_slow, of_fast = STEM, STEM
    for wide, thin in zip(SLOW, FAST, strict=True):
        joined = of_fast if connect else 0
        connections.append(connect(of_fast, joined) if connect else NoLateral())
        slow.append(stage(of_slow + joined, wide))
        fast.append(stage(of_fast, thin))
        of_slow, of_fast = wide, thin
    return slow, fast, connections


def _shared(stage: Stage) -> Parts:
    """Return stages whose convolutions serve both paths."""
    slow = [stage(inputs, outputs) for inputs, outputs in zip((STEM, *SHARED), SHARED, strict=False)]
    return slow, [shared_twin(one) for one in slow], [NoLateral() for _ in slow]
