"""'Same' padding: stride s turns n frames or pixels into ceil(n / s), for every n."""

from torch import nn


def same_padding(kernel: tuple[int, int, int], stride: tuple[int, int, int]) -> nn.ZeroPad3d:
    """Return the zeros before a convolution or pooling without padding of its own.

    An axis gets (k - s) // 2 zeros before and k - 1 - (k - s) // 2 behind. Where s divides n, the windows are those of
    TensorFlow's 'same' padding; otherwise those may start up to a frame or pixel elsewhere, since its zeros depend on
    n. These do not, so that frames can be padded before their number is known.

    Args:
        kernel: k of time, height and width.
        stride: s of time, height and width; none above its k.

    >>> import torch
    >>> pool = nn.Sequential(same_padding((3, 3, 3), (2, 2, 2)), nn.MaxPool3d(3, stride=2))
    >>> pool(torch.zeros(1, 1, 1, 6, 7)).shape
    torch.Size([1, 1, 1, 3, 4])
    """
    zeros: list[int] = []
    for extent, step in zip(reversed(kernel), reversed(stride), strict=True):
        before = (extent - step) // 2
        zeros += [before, extent - 1 - before]
    width_before, width_behind, height_before, height_behind, time_before, time_behind = zeros
    return nn.ZeroPad3d((width_before, width_behind, height_before, height_behind, time_before, time_behind))
