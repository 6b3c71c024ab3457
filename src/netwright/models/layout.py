"""How activations lie in memory inside a network."""

import torch
from torch import Tensor, nn


class ChannelsLast(nn.Module):
    """The identity; from here on, the channels of a pixel lie side by side.

    On a CPU an overlapping max pooling is several times faster in this layout, since it works on whole vectors of
    channels; in the other one it takes 40% of the training time of a small GoogLeNet. Weights stay as they are.

    >>> ChannelsLast()(torch.zeros(2, 3, 4, 5)).stride()
    (60, 1, 15, 3)
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return the same values (N, C, H, W)."""
        return x.contiguous(memory_format=torch.channels_last)
