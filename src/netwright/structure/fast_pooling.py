"""3D pooling on processors by a faster route with equal outputs."""

from collections.abc import Sequence
from math import prod

from torch import Tensor
from torch.nn import functional

from netwright.structure.fast_convolution import three
from netwright.structure.onednn import channels_last, onednn_convolution, onednn_takes

Axes = int | Sequence[int]


def fast_max_pool3d(
    x: Tensor, kernel_size: Axes, stride: Axes | None = None, padding: Axes = 0, dilation: Axes = 1
) -> Tensor:
    """Return what `torch.nn.functional.max_pool3d` returns, sooner, for a batch of float32 on a processor.

    PyTorch pools by whole vectors where the channels lie last, and by single numbers where the pixels do.

    Args:
        x: (N, C, T, H, W).
        kernel_size: Of the three axes, or one for all, as are the other settings.
        stride: As the kernel where None.
        padding: Minus infinities on either side.
        dilation: The distance of the kernel's taps.

    Returns:
        (N, C, T', H', W'), its channels last in memory where the fast route is taken.

    >>> import torch
    >>> x = torch.rand(1, 2, 4, 6, 6)
    >>> torch.equal(fast_max_pool3d(x, 2), functional.max_pool3d(x, 2))
    True
    """
    kernel = three(kernel_size)
    steps = kernel if stride is None else three(stride)
    ready = channels_last(x) if onednn_takes(x) else x
    return functional.max_pool3d(ready, kernel, steps, three(padding), three(dilation))


def fast_avg_pool3d(
    x: Tensor,
    kernel_size: Axes,
    stride: Axes | None = None,
    padding: Axes = 0,
    *,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Return what `torch.nn.functional.avg_pool3d` returns, sooner, for a batch of float32 on a processor.

    A mean is a depthwise convolution with equal weights, and oneDNN runs that 2 to 4 times sooner than PyTorch pools.

    Args:
        x: (N, C, T, H, W).
        kernel_size: Of the three axes, or one for all, as are the other settings.
        stride: As the kernel where None.
        padding: Zeros on either side.
        count_include_pad: Whether they count in the mean; if not, PyTorch pools.
        divisor_override: What sums are divided by, in place of the kernel's size.

    Returns:
        (N, C, T', H', W'), its channels last in memory where the fast route is taken.

    >>> import torch
    >>> x = torch.rand(1, 2, 4, 6, 6)
    >>> torch.allclose(fast_avg_pool3d(x, 3, 2, 1), functional.avg_pool3d(x, 3, 2, 1))
    True
    """
    kernel, pads = three(kernel_size), three(padding)
    steps = kernel if stride is None else three(stride)
    if not onednn_takes(x) or (any(pads) and not count_include_pad):
        return functional.avg_pool3d(
            x, kernel, steps, pads, count_include_pad=count_include_pad, divisor_override=divisor_override
        )
    channels = x.shape[1]
    weight = x.new_full((channels, 1, *kernel), 1 / (divisor_override or prod(kernel)))
    return onednn_convolution(channels_last(x), weight, None, steps, pads, (1, 1, 1), channels)
