"""How the features of a fast path reach a slow one."""

import torch
from torch import Tensor, nn

from netwright.models.video.causal_convolution import CausalConvolution


class Lateral(nn.Module):
    """Joins to frame n of the slow path what the fast path saw in its frames a n - a + 1 to a n, and none after.

    A convolution over the a frames of time, with stride a and a - 1 zeros before the clip, gives ceil(T / a) frames of
    T: as many as every a-th frame, from the first on, and none of them knows a frame after the slow path's own.

    Source: Feichtenhofer et al. 2019, "SlowFast Networks", section 3.3 (time-strided convolution), made causal.

    Args:
        channels: Of the fast path.
        joined: Channels that the slow path is given.
        rate: a, fast frames for each slow one.

    >>> slow, fast = torch.zeros(1, 6, 3, 2, 2), torch.zeros(1, 4, 9, 2, 2)
    >>> Lateral(4, 8, rate=4)(slow, fast).shape
    torch.Size([1, 14, 3, 2, 2])
    """

    def __init__(self, channels: int, joined: int, rate: int) -> None:
        super().__init__()
        self.convolution = nn.Sequential(
            CausalConvolution(channels, joined, (rate, 1, 1), (rate, 1, 1), padding=rate - 1),
            nn.BatchNorm3d(joined),
            nn.ReLU(),
        )

    def forward(self, slow: Tensor, fast: Tensor) -> Tensor:
        """Return the slow path's channels, then those that come from the fast path."""
        return torch.cat([slow, self.convolution(fast)], dim=1)


class NoLateral(nn.Module):
    """Leaves the slow path as it is.

    >>> NoLateral()(torch.ones(1), torch.zeros(4)).tolist()
    [1.0]
    """

    def forward(self, slow: Tensor, fast: Tensor) -> Tensor:  # noqa: ARG002 - the interface of every connection
        """Return the slow path's channels."""
        return slow
