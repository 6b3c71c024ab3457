"""The residual block of a convolution over space and a causal one over time."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional

from netwright.models.video.causal_convolution import CausalConvolution
from netwright.models.video.mean_pool import MeanPool

TEMPORAL_KERNEL = 3


class ResidualClipBlock(nn.Module):
    """y = relu(F(x) + shortcut(x)); the shortcut is the identity where shapes agree.

    Otherwise it is a normed 1x1x1 convolution of the input, or with stride 2 of its 3x3 means at every second row and
    column: a strided 1x1x1 convolution would not see three of four pixels.

    Source: He et al. 2019, "Bag of Tricks for Image Classification with CNNs", section 4.2 (ResNet-D).

    Args:
        residual: F; keeps the number of frames.
        inputs: Channels that enter.
        outputs: Channels that leave.
        stride: Of height and width, 1 or 2, as that of F.
    """

    def __init__(self, residual: nn.Module, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.residual = residual
        self.shortcut: nn.Module = nn.Identity()
        if inputs != outputs or stride > 1:
            means = MeanPool(1) if stride > 1 else nn.Identity()
            projection = nn.Conv3d(inputs, outputs, 1, bias=False)
            self.shortcut = nn.Sequential(means, projection, nn.BatchNorm3d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's frames for x (N, C, T, H, W)."""
        return functional.relu(self.residual(x) + self.shortcut(x))


def factorised_block(
    inputs: int, outputs: int, stride: int, gate: Callable[[int], nn.Module] = lambda _: nn.Identity()
) -> nn.Module:
    """Return a residual block of a 1x3x3 convolution and a causal 3x1x1 convolution, each normed.

    On a processor, dense convolutions of few channels train several times faster than depthwise ones of many.

    Source: Tran et al. 2018, "A Closer Look at Spatiotemporal Convolutions", section 3.5, with causal time.

    Args:
        inputs: Channels that enter.
        outputs: Channels that leave.
        stride: Of height and width, 1 or 2.
        gate: Makes what stands at the end of the residual branch, from its channels.

    Returns:
        From (N, inputs, T, H, W) to (N, outputs, T, ceil(H / stride), ceil(W / stride)).

    >>> import torch
    >>> factorised_block(4, 8, 2)(torch.zeros(1, 4, 5, 9, 6)).shape
    torch.Size([1, 8, 5, 5, 3])
    """
    residual = nn.Sequential(
        nn.Conv3d(inputs, outputs, (1, 3, 3), (1, stride, stride), padding=(0, 1, 1), bias=False),
        nn.BatchNorm3d(outputs),
        nn.ReLU(),
        CausalConvolution(outputs, outputs, (TEMPORAL_KERNEL, 1, 1), (1, 1, 1)),
        nn.BatchNorm3d(outputs),
        gate(outputs),
    )
    return ResidualClipBlock(residual, inputs, outputs, stride)
