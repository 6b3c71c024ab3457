"""3D convolutions on processors by a faster route with equal outputs."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from netwright.structure.onednn import Three, channels_last, onednn_convolution, onednn_takes

SMALL_PRODUCT = 2_000_000
"""Up to so many multiply-adds, a 1x1x1 convolution is sooner done as a product than oneDNN has set its own up."""


def fast_conv3d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Return what `torch.nn.functional.conv3d` returns, sooner, for float32 on a processor; otherwise by that function.

    - A 1x1x1 convolution of up to 2 M multiply-adds is one batched product of matrices, a matrix a group.
    - Every other one goes to oneDNN with the channels last, where its depthwise, grouped and dense kernels are
      quickest, and gives an output whose memory has them last too (`torch.channels_last_3d`), so that the next one need
      not move them. PyTorch itself unfolds a single clip, or calls oneDNN with the channels first.

    The numbers differ from those of `conv3d` by rounding alone. Gradients flow. The choice depends on shapes only;
    `benchmarks/video/grouped_convolution.py` measures it.

    Args:
        x: (N, inputs, T, H, W).
        weight: (outputs, inputs / groups, kt, kh, kw).
        bias: (outputs,), or None.
        stride: Of the three axes, or one for all, as are padding and dilation.
        padding: Zeros on either side.
        dilation: The distance of the kernel's taps.
        groups: Groups of channels.

    Returns:
        (N, outputs, T', H', W').

    >>> x, weight = torch.rand(1, 6, 4, 5, 5), torch.rand(9, 2, 1, 1, 1)
    >>> torch.allclose(fast_conv3d(x, weight, groups=3), functional.conv3d(x, weight, groups=3))
    True
    """
    steps, pads, gaps = three(stride), three(padding), three(dilation)
    if not onednn_takes(x) or weight.dtype != x.dtype:
        return functional.conv3d(x, weight, bias, steps, pads, gaps, groups)
    pointwise = weight.shape[2:] == steps == (1, 1, 1) and pads == (0, 0, 0)
    if pointwise and x.numel() * len(weight) <= groups * SMALL_PRODUCT:
        return pointwise_product(x, weight, bias, groups)
    return onednn_convolution(channels_last(x), weight, bias, steps, pads, gaps, groups)


def three(value: int | Sequence[int]) -> Three:
    """Return a setting of each of the three axes, given one for all or one for each.

    >>> three(2), three([1, 2, 2])
    ((2, 2, 2), (1, 2, 2))
    """
    if isinstance(value, int):
        return value, value, value
    time, height, width = value
    return time, height, width


def pointwise_product(x: Tensor, weight: Tensor, bias: Tensor | None, groups: int) -> Tensor:
    """Return a 1x1x1 convolution in groups as one batched product: Y = W X + b, a matrix W for each group.

    Args:
        x: (N, inputs, T, H, W); the columns of X are its positions.
        weight: (outputs, inputs / groups, 1, 1, 1).
        bias: (outputs,), or None.
        groups: Groups of channels.

    Returns:
        (N, outputs, T, H, W).

    >>> x, weight = torch.rand(2, 6, 4, 5, 5), torch.rand(9, 2, 1, 1, 1)
    >>> torch.allclose(pointwise_product(x, weight, None, 3), functional.conv3d(x, weight, groups=3))
    True
    """
    batch, inputs, *sizes = x.shape
    outputs = len(weight)
    # a view for a single clip, whether its channels are first or last; BLAS reads either
    columns = x.transpose(0, 1).reshape(groups, inputs // groups, -1)
    maps = weight.reshape(groups, outputs // groups, -1)
    found = torch.bmm(maps, columns) if bias is None else torch.baddbmm(bias.reshape(groups, -1, 1), maps, columns)
    return found.view(outputs, batch, *sizes).transpose(0, 1)
