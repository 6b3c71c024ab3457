"""The convolution of oneDNN, called for the batches that PyTorch would not hand to it."""

from typing import cast

import torch
from torch import Tensor

Three = tuple[int, int, int]
AVAILABLE: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
"""Whether this build of PyTorch has oneDNN."""


def onednn_takes(x: Tensor) -> bool:
    """Return whether oneDNN can convolve a tensor: float32 videos on a processor, outside autocast.

    >>> onednn_takes(torch.zeros(1, 3, 2, 4, 4, dtype=torch.float64))
    False
    """
    videos = x.dtype == torch.float32 and x.is_cpu and x.dim() == 5 and x.numel() > 0
    return videos and AVAILABLE and bool(torch.backends.mkldnn.enabled) and not torch.is_autocast_enabled("cpu")


def channels_last(x: Tensor) -> Tensor:
    """Return a tensor (N, C, T, H, W) whose memory has the channels last; itself, where they are.

    >>> channels_last(torch.zeros(1, 3, 2, 4, 4)).stride()
    (96, 1, 48, 12, 3)
    """
    return x.contiguous(memory_format=torch.channels_last_3d)


def onednn_convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None, stride: Three, padding: Three, dilation: Three, groups: int
) -> Tensor:
    """Return a convolution by oneDNN, in the memory format of its input.

    `torch.nn.functional.conv3d` ends in this function for larger batches; for a single clip it unfolds the input
    instead, which copies every number kt kh kw times. Gradients flow.

    Args:
        x: (N, inputs, T, H, W), for which `onednn_takes` holds.
        weight: (outputs, inputs / groups, kt, kh, kw).
        bias: (outputs,), or None.
        stride: Of the three axes.
        padding: Zeros on either side.
        dilation: The distance of the kernel's taps.
        groups: Groups of channels.

    Returns:
        (N, outputs, T', H', W').

    >>> x, weight = torch.ones(1, 2, 1, 3, 3), torch.ones(1, 2, 1, 3, 3)
    >>> onednn_convolution(x, weight, None, (1, 1, 1), (0, 0, 0), (1, 1, 1), 1).item()
    18.0
    """
    return cast("Tensor", torch.ops.aten.mkldnn_convolution(x, weight, bias, padding, stride, dilation, groups))
