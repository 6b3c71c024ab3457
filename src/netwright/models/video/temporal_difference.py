"""Filters that begin as differences of frames, so that a network sees motion before it has learned to."""

import torch
from torch import nn


def start_differences(convolution: nn.Conv3d, share: float) -> None:
    """Let the last filters of a convolution start as differences of its newest two frames.

    With W the drawn weights of the newest frame, such a filter is W x(t) - W x(t - 1), and other frames have no weight:
    a scene at rest gives zero, whatever it shows. The function class is that of the convolution; only the start moves.

    Sources: Wang et al. 2016, "Temporal Segment Networks", section 3.2 (differences of frames as input); Wang et al.
    2021, "TDN: Temporal Difference Networks", section 3.2.

    Args:
        convolution: Its kernel spans two frames or more; changed in place.
        share: Part of its filters, from 0 to 1.

    >>> layer = nn.Conv3d(1, 2, (2, 1, 1), bias=False)
    >>> start_differences(layer, 0.5)
    >>> [layer(torch.full((1, 1, 2, 1, 1), 7.0))[0, filter].abs().item() > 1e-6 for filter in (0, 1)]
    [True, False]
    """
    weight = convolution.weight
    first = weight.shape[0] - round(share * weight.shape[0])
    with torch.no_grad():
        weight[first:, :, :-2] = 0
        weight[first:, :, -2] = -weight[first:, :, -1]
