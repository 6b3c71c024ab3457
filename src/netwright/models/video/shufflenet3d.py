"""3D-ShuffleNetV1: the baseline of the causal ShuffleNet, one path and no state."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.models.initialisation import start_weights
from netwright.models.options import among, within
from netwright.models.video.channel_shuffle import ChannelShuffle
from netwright.models.video.clip_head import clip_head
from netwright.models.video.clip_input import ClipInput
from netwright.models.video.clip_shape import clip_shape
from netwright.models.video.mean_pool import MeanPool
from netwright.models.video.normed_convolution import normed_convolution
from netwright.models.video.same_padding import same_padding
from netwright.models.video.shuffle_unit import BOTTLENECK, UNGROUPED_INPUTS, UNITS

STEM = 24
STAGES = {1: (144, 288, 576), 2: (200, 400, 800), 3: (240, 480, 960), 4: (272, 544, 1088), 8: (384, 768, 1536)}
"""Channels of the stages for each number of groups (Zhang et al. 2018, table 1)."""


def halved_shortcut() -> nn.Module:
    """Return the shortcut of a unit that halves the clip: means of 2x3x3, with zeros around and behind the clip.

    T frames become ceil(T / 2), as behind a convolution 3x3x3 of stride 2 with its padding: of an odd T, the last frame
    is averaged with zeros.

    >>> clip = torch.tensor([3.0, 5.0, 7.0]).reshape(1, 1, 3, 1, 1)
    >>> (18 * halved_shortcut()(clip)).flatten().tolist()
    [8.0, 7.0]
    """
    return nn.Sequential(same_padding((2, 1, 1), (2, 1, 1)), MeanPool(2))


class Unit3D(nn.Module):
    """y = relu(x + F(x)); where a stage starts, y = relu([F(x), shortcut(x)]) at half the frames, height and width.

    F is a 1x1x1 convolution in groups, a ReLU, the channel shuffle, a depthwise 3x3x3 convolution and a second 1x1x1
    convolution in groups, each with its batch normalisation.

    Args:
        inputs: Channels that enter.
        outputs: Channels that leave.
        groups: Of the 1x1x1 convolutions and of the shuffle.
        starts: Whether the unit starts a stage.
    """

    def __init__(self, inputs: int, outputs: int, groups: int, *, starts: bool) -> None:
        super().__init__()
        middle = outputs // BOTTLENECK
        # the published code has no groups behind a stem of exactly 24 channels, so it has them at width 0.5
        first_groups = 1 if inputs == UNGROUPED_INPUTS else groups
        self.residual = nn.Sequential(
            *normed_convolution(inputs, middle, 1, groups=first_groups),
            nn.ReLU(),
            ChannelShuffle(groups),
            *normed_convolution(middle, middle, 3, 2 if starts else 1, groups=middle),
            *normed_convolution(middle, outputs - inputs if starts else outputs, 1, groups=groups),
        )
        self.shortcut = halved_shortcut() if starts else None

    def forward(self, x: Tensor) -> Tensor:
        """Return the unit's output for (N, inputs, T, H, W)."""
        if self.shortcut is None:
            return functional.relu(self.residual(x) + x)
        return functional.relu(torch.cat([self.residual(x), self.shortcut(x)], dim=1))


def shufflenet3d(
    shape: tuple[int, ...], classes: int, *, width: float = 1.0, groups: int = 3, dropout: float = 0.2
) -> nn.Module:
    """Return 3D-ShuffleNetV1.

    With 3 groups and 101 classes it has 305,753 parameters at width 0.5 and 1,041,965 at width 1; for 16 frames of
    112x112, 72 and 187 M multiply-adds. A clip of T frames ends in ceil(T / 16) frames of features.

    Sources: Zhang et al. 2018, "ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices";
    Köpüklü et al. 2019, "Resource Efficient 3D Convolutional Neural Networks", table 2.

    Args:
        shape: Of a clip: (channels, frames, height, width).
        classes: How many logits.
        width: Multiplies the channels, which are then rounded to multiples that the groups divide.
        groups: Of the 1x1x1 convolutions: 1, 2, 3, 4 or 8.
        dropout: Share of the features that is silenced in training.

    Returns:
        A module from (N, C, T, H, W) to logits (N, classes).

    >>> sum(parameter.numel() for parameter in shufflenet3d((3, 16, 112, 112), 101, width=0.5).parameters())
    305753
    """
    inputs = clip_shape("shufflenet3d", shape)[0]
    among("shufflenet3d.groups", groups, tuple(STAGES))
    within("shufflenet3d.width", width, 0.1, 16)
    within("shufflenet3d.dropout", dropout, 0, 0.95)
    entering = _scaled(STEM, width, groups)
    stem = [*normed_convolution(inputs, entering, 3, (1, 2, 2)), nn.ReLU(), nn.MaxPool3d(3, stride=2, padding=1)]
    units: list[nn.Module] = []
    for channels, count in zip(STAGES[groups], UNITS, strict=True):
        outputs = _scaled(channels, width, BOTTLENECK * groups)
        for index in range(count):
            units.append(Unit3D(entering, outputs, groups, starts=index == 0))
            entering = outputs
    logits = nn.Linear(entering, classes)
    network = nn.Sequential(ClipInput(), *stem, *units, clip_head(logits, dropout))
    start_weights(network, logits)
    return network


def _scaled(channels: int, width: float, multiple: int) -> int:
    return max(multiple, multiple * round(channels * width / multiple))
