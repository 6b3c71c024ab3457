"""X3D: a network of depthwise bottlenecks, grown axis by axis from a tiny one."""

from math import ceil

from torch import Tensor, nn
from torch.nn import functional

from netwright.models.initialisation import start_weights
from netwright.models.options import within
from netwright.models.video.clip_input import ClipInput
from netwright.models.video.clip_shape import clip_shape
from netwright.models.video.clip_squeeze_excite import ClipSqueezeExcite
from netwright.models.video.normed_convolution import normed_convolution

STAGES = ((24, 1), (48, 2), (96, 5), (192, 3))
"""Channels of each stage, and its blocks before depth multiplies them."""
EXPANSION = 2.25
"""A block's middle has so many times the channels of its output."""
SQUEEZE = 1 / 16
STEM_FRAMES = 5
HEAD = 2048


class X3DBlock(nn.Module):
    """y = relu(shortcut(x) + F(x)).

    F is a 1x1x1 convolution, a ReLU, a depthwise 3x3x3 convolution, in every second block a squeeze and excitation, a
    swish x sigmoid(x), and a 1x1x1 convolution, each convolution with its normalisation. Time is never strided.

    Args:
        inputs: Channels that enter.
        outputs: Channels that leave.
        starts: Whether the block starts a stage, and so halves height and width.
        weighs: Whether it has the squeeze and excitation.
    """

    def __init__(self, inputs: int, outputs: int, *, starts: bool, weighs: bool) -> None:
        super().__init__()
        middle = int(EXPANSION * outputs)
        stride = (1, 2, 2) if starts else (1, 1, 1)
        self.residual = nn.Sequential(
            *normed_convolution(inputs, middle, 1),
            nn.ReLU(),
            *normed_convolution(middle, middle, 3, stride, groups=middle),
            *([ClipSqueezeExcite(middle, in_eights(SQUEEZE * middle))] if weighs else []),
            nn.SiLU(),
            *normed_convolution(middle, outputs, 1),
        )
        self.shortcut = _shortcut(inputs, outputs, stride) if starts else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, outputs, T, H, W), height and width halved where a stage starts."""
        return functional.relu(self.shortcut(x) + self.residual(x))


def x3d(
    shape: tuple[int, ...], classes: int, *, width: float = 1.0, depth: float = 2.2, dropout: float = 0.5
) -> nn.Module:
    """Return X3D.

    At width 1 and depth 2.2 it is X3D-XS, -S and -M, which differ in their clips alone: 4 frames of 160x160, 13 of
    160x160, 16 of 224x224. It has 3,794,274 parameters with the 400 classes of Kinetics. Its features have a frame for
    each frame of the clip.

    Source: Feichtenhofer 2020, "X3D: Expanding Architectures for Efficient Video Recognition", tables 1 and 3; the
    shortcuts are those of the released code.

    Args:
        shape: Of a clip: (channels, frames, height, width).
        classes: How many logits.
        width: Multiplies the channels, but for the 2048 of the head; they are rounded to multiples of 8.
        depth: Multiplies the blocks of each stage, 1, 2, 5 and 3; they are rounded up.
        dropout: Share of the features that is silenced in training.

    Returns:
        A module from (N, C, T, H, W) to logits (N, classes).

    >>> sum(parameter.numel() for parameter in x3d((3, 13, 160, 160), 400).parameters())
    3794274
    """
    inputs = clip_shape("x3d", shape)[0]
    within("x3d.width", width, 0.1, 16)
    within("x3d.depth", depth, 0.1, 16)
    within("x3d.dropout", dropout, 0, 0.95)
    entering = in_eights(STAGES[0][0] * width)
    layers = _stem(inputs, entering)
    for channels, blocks in STAGES:
        outputs = in_eights(channels * width)
        for index in range(ceil(depth * blocks)):
            layers.append(X3DBlock(entering, outputs, starts=index == 0, weighs=index % 2 == 0))
            entering = outputs
    head = nn.Linear(HEAD, classes)
    network = nn.Sequential(ClipInput(), *layers, *_before_logits(entering, dropout), head)
    start_weights(network, head)
    return network


def in_eights(channels: float) -> int:
    """Return channels rounded to a multiple of 8 that is at least 8, and no more than a tenth too small.

    >>> in_eights(27.0), in_eights(13.5), in_eights(3.4)
    (32, 16, 8)
    """
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


def _stem(inputs: int, outputs: int) -> list[nn.Module]:
    in_space = nn.Conv3d(inputs, outputs, (1, 3, 3), (1, 2, 2), (0, 1, 1), bias=False)
    return [in_space, *normed_convolution(outputs, outputs, (STEM_FRAMES, 1, 1), groups=outputs), nn.ReLU()]


def _shortcut(inputs: int, outputs: int, stride: tuple[int, int, int]) -> nn.Module:
    projection = nn.Conv3d(inputs, outputs, 1, stride, bias=False)
    return nn.Sequential(projection) if inputs == outputs else nn.Sequential(projection, nn.BatchNorm3d(outputs))


def _before_logits(inputs: int, dropout: float) -> list[nn.Module]:
    middle = int(EXPANSION * inputs)
    pooled = [*normed_convolution(inputs, middle, 1), nn.ReLU(), nn.AdaptiveAvgPool3d(1)]
    return [*pooled, nn.Conv3d(middle, HEAD, 1, bias=False), nn.ReLU(), nn.Flatten(), nn.Dropout(dropout)]
