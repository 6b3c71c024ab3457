"""The unit of the causal 3D ShuffleNet, and its stages one after the other."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.models.video.causal_convolution import CausalConvolution
from netwright.models.video.channel_shuffle import ChannelShuffle
from netwright.models.video.mean_pool import MeanPool

BOTTLENECK = 4
"""A unit's output has this many times the channels of its middle."""
UNITS = (4, 8, 4)
"""Units of each stage."""
UNGROUPED_INPUTS = 24
"""A stem of so many channels is read by a convolution without groups, as published; another one in groups."""


class ShuffleUnit(nn.Module):
    """y = relu(x + F(x)); where a stage starts, y = relu([F(x), pool(x)]) at half the frames, height and width.

    F is a 1x1x1 convolution in groups, a ReLU, the channel shuffle, a causal depthwise 3x3x3 convolution and a second
    1x1x1 convolution in groups, each with its batch normalisation. The pool is the mean of 2x3x3. Both branches of a
    starting unit read input frames up to 2n + 1 for frame n, so they stay aligned, and floor(T / 2) frames leave.

    Sources: Zhang et al. 2018, "ShuffleNet", figure 2; Köpüklü et al. 2019, "Resource Efficient 3D Convolutional
    Neural Networks", figure 2, for three dimensions.

    Args:
        inputs: Channels that enter.
        outputs: Channels that leave.
        starts: Whether the unit starts a stage.
        groups: Of the 1x1x1 convolutions and of the shuffle.
        first_groups: Of the first convolution; as `groups` where None.
    """

    def __init__(
        self, inputs: int, outputs: int, *, starts: bool, groups: int, first_groups: int | None = None
    ) -> None:
        super().__init__()
        middle = outputs // BOTTLENECK
        stride = (2, 2, 2) if starts else (1, 1, 1)
        self.expand = nn.Sequential(
            nn.Conv3d(inputs, middle, 1, groups=first_groups or groups, bias=False),
            nn.BatchNorm3d(middle),
            nn.ReLU(),
            ChannelShuffle(groups),
        )
        self.depthwise = CausalConvolution(middle, middle, (3, 3, 3), stride, padding=1, groups=middle)
        self.depthwise_norm = nn.BatchNorm3d(middle)
        self.contract = nn.Sequential(
            nn.Conv3d(middle, outputs - inputs if starts else outputs, 1, groups=groups, bias=False),
            nn.BatchNorm3d(outputs - inputs if starts else outputs),
        )
        self.join = JoinPooled() if starts else Add()

    def forward(self, x: Tensor) -> Tensor:
        """Return the unit's output for (N, inputs, T, H, W)."""
        return self.from_expanded(x, self.expand(x), None)

    def from_expanded(self, x: Tensor, expanded: Tensor, past: Tensor | None) -> Tensor:
        """Return the unit's output, given the output of its first convolution.

        Args:
            x: What enters, (N, inputs, T, H, W).
            expanded: `expand(x)`, (N, middle, T, H, W).
            past: The frame of `expanded` before the clip, (N, middle, 1, H, W), for a unit that starts a stage; zero
                where None.
        """
        y: Tensor = self.join(x, self.contract(self.depthwise_norm(self.depthwise(expanded, past))))
        return y


class Add(nn.Module):
    """The end of a unit that keeps the size: relu(x + y)."""

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return relu(x + y)."""
        return functional.relu(x + y)


class JoinPooled(nn.Module):
    """The end of a unit that starts a stage: the channels of y, then the means of 2x3x3 of x."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = MeanPool(2)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return (N, channels of both, T // 2, ...)."""
        return functional.relu(torch.cat([y, self.pool(x)], dim=1))


class ShuffleTrunk(nn.Module):
    """Stages of units; T frames of C x H x W become floor(T / 8) of the last stage's channels, an eighth of the sides.

    Args:
        inputs: Channels of the stem.
        stages: Channels of each stage.
        groups: Of the units.

    >>> trunk = ShuffleTrunk(24, (120, 240, 480), groups=3)
    >>> sum(parameter.numel() for parameter in trunk.parameters())
    256632
    >>> trunk(torch.zeros(1, 24, 8, 28, 28)).shape
    torch.Size([1, 480, 1, 4, 4])
    """

    def __init__(self, inputs: int, stages: Sequence[int], groups: int) -> None:
        super().__init__()
        first_groups = 1 if inputs == UNGROUPED_INPUTS else groups
        self.first = ShuffleUnit(inputs, stages[0], starts=True, groups=groups, first_groups=first_groups)
        rest: list[nn.Module] = []
        inputs = stages[0]
        for stage, (outputs, units) in enumerate(zip(stages, UNITS, strict=True)):
            for unit in range(units):
                if (stage, unit) != (0, 0):
                    rest.append(ShuffleUnit(inputs, outputs, starts=unit == 0, groups=groups))
                inputs = outputs
        self.rest = nn.Sequential(*rest)

    def forward(self, x: Tensor) -> Tensor:
        """Return the features of (N, inputs, T, H, W), before whose first frame there was nothing."""
        return self.from_expanded(x, self.first.expand(x), None)

    def from_expanded(self, x: Tensor, expanded: Tensor, past: Tensor | None) -> Tensor:
        """Return the features, given the output of the first unit's first convolution and its frame before the clip.

        Args:
            x: What enters, (N, inputs, T, H, W).
            expanded: `first.expand(x)`.
            past: The frame of `expanded` before the clip; zero where None.
        """
        y: Tensor = self.rest(self.first.from_expanded(x, expanded, past))
        return y
