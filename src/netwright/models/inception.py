"""The inception module, the building block of GoogLeNet."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

Convolution = Callable[[int, int, int], nn.Module]
"""(inputs, outputs, side of the kernel) -> a convolution that keeps the image's sides, with its activation."""


class InceptionWidths(NamedTuple):
    """Output channels of the six convolutions of an inception module, in the columns of the paper's table 1."""

    point: int
    reduce_3: int
    middle: int
    reduce_5: int
    wide: int
    pooled: int

    @property
    def total(self) -> int:
        """Output channels of the module."""
        return self.point + self.middle + self.wide + self.pooled

    def times(self, width: float) -> "InceptionWidths":
        """Return all channels multiplied, rounded, at least 1."""
        return InceptionWidths(*(max(1, round(channels * width)) for channels in self))


class Inception(nn.Module):
    """Four branches side by side, their channels joined: 1x1; 1x1 then 3x3; 1x1 then 5x5; 3x3 pooling then 1x1.

    Source: Szegedy et al. 2015, "Going Deeper with Convolutions", figure 2b.

    Args:
        inputs: Channels that enter.
        widths: Channels of each convolution.
        convolution: Makes each convolution.
        kernel: Side of the third branch's kernel, 5 in the paper.
    """

    def __init__(self, inputs: int, widths: InceptionWidths, convolution: Convolution, kernel: int = 5) -> None:
        super().__init__()
        self.point = convolution(inputs, widths.point, 1)
        self.middle = nn.Sequential(
            convolution(inputs, widths.reduce_3, 1), convolution(widths.reduce_3, widths.middle, 3)
        )
        self.wide = nn.Sequential(
            convolution(inputs, widths.reduce_5, 1), convolution(widths.reduce_5, widths.wide, kernel)
        )
        self.pooled = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), convolution(inputs, widths.pooled, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, widths.total, H, W)."""
        return torch.cat([self.point(x), self.middle(x), self.wide(x), self.pooled(x)], dim=1)
