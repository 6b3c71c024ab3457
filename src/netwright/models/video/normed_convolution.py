"""A 3D convolution and the batch normalisation behind it, the pair of which the networks of clips are made."""

from torch import nn

Axes = int | tuple[int, int, int]
"""A setting of time, height and width, or one for all three."""


def normed_convolution(
    inputs: int, outputs: int, kernel: Axes, stride: Axes = 1, *, groups: int = 1
) -> tuple[nn.Conv3d, nn.BatchNorm3d]:
    """Return a convolution and its normalisation; of odd kernels, stride s turns n frames or pixels into ceil(n / s).

    Every axis is padded with k // 2 zeros on either side. The convolution has no bias: the normalisation has one.

    Args:
        inputs: Channels that enter.
        outputs: Channels that leave.
        kernel: Of time, height and width, or one for all.
        stride: Of time, height and width, or one for all.
        groups: Of channels.

    Returns:
        The two layers.

    >>> import torch
    >>> nn.Sequential(*normed_convolution(3, 8, (1, 3, 3), (1, 2, 2)))(torch.zeros(1, 3, 5, 9, 8)).shape
    torch.Size([1, 8, 5, 5, 4])
    """
    sides = (kernel,) * 3 if isinstance(kernel, int) else kernel
    padding = (sides[0] // 2, sides[1] // 2, sides[2] // 2)
    convolution = nn.Conv3d(inputs, outputs, sides, stride, padding, groups=groups, bias=False)
    return convolution, nn.BatchNorm3d(outputs)
