"""Squeeze-and-excitation that sees no future frame: gates of channels from the mean over the frames so far."""

import torch
from torch import Tensor, nn
from torch.nn import functional

SMALLEST = 4
"""Channels that the narrow layer has at least."""


def mean_so_far(frames: Tensor) -> Tensor:
    """Return the mean over the frames up to each, m(t) = (x(0) + ... + x(t)) / (t + 1).

    Sums are float64 and counts whole numbers, so that a clip read frame by frame gives the same means.

    Args:
        frames: (N, C, T, H, W).

    Returns:
        Of the same shape and type.

    >>> mean_so_far(torch.tensor([2.0, 4.0, 9.0]).reshape(1, 1, 3, 1, 1)).flatten().tolist()
    [2.0, 3.0, 5.0]
    """
    sums = frames.double().cumsum(2)
    counts = torch.ones_like(frames, dtype=torch.int64).cumsum(2)
    return (sums / counts).to(frames.dtype)


class CausalSqueezeExcite(nn.Module):
    """y(t) = x(t) * sigmoid(W2 relu(W1 m(t) + b1) + b2), with m(t) the mean of frames 0 to t over time and space.

    Sources: Hu et al. 2018, "Squeeze-and-Excitation Networks", section 3; Kondratyuk et al. 2021, "MoViNets",
    section 3.2 (cumulative global average pool).

    Args:
        channels: C.
        reduction: The narrow layer has C / reduction channels, at least 4.

    >>> gate = CausalSqueezeExcite(8)
    >>> clip = torch.rand(1, 8, 5, 2, 2)
    >>> torch.allclose(gate(clip)[:, :, :3], gate(clip[:, :, :3]))
    True
    """

    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        narrow = max(SMALLEST, channels // reduction)
        self.squeeze = nn.Conv3d(channels, narrow, 1)
        self.excite = nn.Conv3d(narrow, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the gated frames of x (N, C, T, H, W)."""
        means = mean_so_far(x.mean((3, 4), keepdim=True))
        return x * torch.sigmoid(self.excite(functional.relu(self.squeeze(means))))
