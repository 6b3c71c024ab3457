"""The first step of every model of videos: frames of bytes become numbers."""

import torch
from torch import Tensor, nn

CENTRE, SPREAD = 0.5, 0.25
"""Every channel of ordinary pictures has about this mean and spread, as shares of white."""


class ClipInput(nn.Module):
    """Bytes of frames -> numbers with a mean near 0 and a spread near 1.

    y = (x/255 - 0.5)/0.25 of bytes, so black is -2 and white is 2; numbers pass as they are. The figures are the same
    for every data set, so that a live camera needs no statistics.

    >>> ClipInput()(torch.tensor([[0, 255]], dtype=torch.uint8)).tolist()
    [[-2.0, 2.0]]
    >>> ClipInput()(torch.tensor([[0.25]])).tolist()
    [[0.25]]
    """

    def forward(self, frames: Tensor) -> Tensor:
        """Return numbers of frames, uint8 or floating, of any shape."""
        if frames.is_floating_point():
            return frames
        return frames.to(torch.get_default_dtype()).mul_(1 / (255 * SPREAD)).sub_(CENTRE / SPREAD)
