"""Channel shuffle: what a convolution in groups needs so that its groups hear of each other."""

import torch
from torch import Tensor, nn


class ChannelShuffle(nn.Module):
    """Channel i of group j of g moves to place i g + j: the next layer's groups then read every group.

    The channels, as a table of g rows, are transposed. It has no parameters, and time is left alone.

    Source: Zhang et al. 2018, "ShuffleNet", section 3.1.

    Args:
        groups: g; it must divide the channels.

    >>> ChannelShuffle(3)(torch.arange(6.0).reshape(1, 6, 1, 1, 1)).flatten().tolist()
    [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]
    """

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, x: Tensor) -> Tensor:
        """Return x (N, C, ...) with its channels in another order."""
        return torch.channel_shuffle(x, self.groups)

    def extra_repr(self) -> str:
        """Return what tells one from another."""
        return f"groups={self.groups}"
