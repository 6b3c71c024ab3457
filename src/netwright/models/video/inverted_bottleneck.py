"""The inverted bottleneck of clips: wide depthwise convolutions between narrow ends, causal in time."""

from collections.abc import Callable

from torch import nn

from netwright.models.video.causal_convolution import CausalConvolution
from netwright.models.video.factorised_block import TEMPORAL_KERNEL, ResidualClipBlock

EXPANSION = 3


def inverted_bottleneck(
    inputs: int, outputs: int, stride: int, gate: Callable[[int], nn.Module] = lambda _: nn.Identity()
) -> nn.Module:
    """Return a residual block that widens 3 times, filters each channel by itself over space, then time, and narrows.

    Source: Kondratyuk et al. 2021, "MoViNets", section 3.1 and appendix A ((2+1)D stream blocks); Sandler et al. 2018,
    "MobileNetV2", section 3.3.

    Args:
        inputs: Channels that enter.
        outputs: Channels that leave.
        stride: Of height and width.
        gate: Makes what stands before the narrowing convolution, from its channels.

    Returns:
        From (N, inputs, T, H, W) to (N, outputs, T, ceil(H / stride), ceil(W / stride)).

    >>> import torch
    >>> inverted_bottleneck(4, 8, 2)(torch.zeros(1, 4, 5, 9, 6)).shape
    torch.Size([1, 8, 5, 5, 3])
    """
    wide = EXPANSION * outputs
    residual = nn.Sequential(
        nn.Conv3d(inputs, wide, 1, bias=False),
        nn.BatchNorm3d(wide),
        nn.ReLU(),
        nn.Conv3d(wide, wide, (1, 3, 3), (1, stride, stride), padding=(0, 1, 1), groups=wide, bias=False),
        nn.BatchNorm3d(wide),
        nn.ReLU(),
        CausalConvolution(wide, wide, (TEMPORAL_KERNEL, 1, 1), (1, 1, 1), groups=wide),
        nn.BatchNorm3d(wide),
        nn.ReLU(),
        gate(wide),
        nn.Conv3d(wide, outputs, 1, bias=False),
        nn.BatchNorm3d(outputs),
    )
    return ResidualClipBlock(residual, inputs, outputs, stride)
