"""I3D: GoogLeNet with every square kernel inflated to a cube."""

import torch
from torch import Tensor, nn

from netwright.models.googlenet import MODULES
from netwright.models.inception import InceptionWidths
from netwright.models.initialisation import start_weights
from netwright.models.options import within
from netwright.models.video.clip_head import clip_head
from netwright.models.video.clip_input import ClipInput
from netwright.models.video.clip_shape import clip_shape
from netwright.models.video.normed_convolution import normed_convolution
from netwright.models.video.same_padding import same_padding

STEM = (64, 64, 192)
"""Channels of the three convolutions before the first module."""
HALVED_BEFORE = {
    "3a": ((1, 3, 3), (1, 2, 2)),
    "4a": ((3, 3, 3), (2, 2, 2)),
    "5a": ((2, 2, 2), (2, 2, 2)),
}
"""Kernel and stride of the maxima before a module; the two first poolings leave time alone (figure 3 of the paper)."""

Three = tuple[int, int, int]


class InflatedInception(nn.Module):
    """Four branches side by side, their channels joined: 1x1x1; 1x1x1 then 3x3x3, twice; 3x3x3 maxima then 1x1x1.

    Source: Carreira and Zisserman 2017, "Quo Vadis, Action Recognition?", figure 3; its code has 3x3x3 where GoogLeNet
    has 5x5.

    Args:
        inputs: Channels that enter.
        widths: Channels of each convolution.
    """

    def __init__(self, inputs: int, widths: InceptionWidths) -> None:
        super().__init__()
        self.point = _activated(inputs, widths.point, 1)
        self.middle = nn.Sequential(
            _activated(inputs, widths.reduce_3, 1), _activated(widths.reduce_3, widths.middle, 3)
        )
        self.wide = nn.Sequential(_activated(inputs, widths.reduce_5, 1), _activated(widths.reduce_5, widths.wide, 3))
        self.pooled = nn.Sequential(nn.MaxPool3d(3, stride=1, padding=1), _activated(inputs, widths.pooled, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, widths.total, T, H, W)."""
        return torch.cat([self.point(x), self.middle(x), self.wide(x), self.pooled(x)], dim=1)


def inception3d(shape: tuple[int, ...], classes: int, *, width: float = 1.0, dropout: float = 0.5) -> nn.Module:
    """Return I3D, the inflated inception network.

    It has 12,390,789 parameters with 101 classes; for 16 frames of 112x112, 6,983 M multiply-adds; published for 64
    frames of 224x224. A clip of T frames ends in ceil(T / 8) frames of features, for any T (see `same_padding`). In
    place of the published mean over 2x7x7, then over time, stands one mean over all, so any size will do.

    Source: Carreira and Zisserman 2017, "Quo Vadis, Action Recognition? A New Model and the Kinetics Dataset",
    section 2.4 and figure 3.

    Args:
        shape: Of a clip: (channels, frames, height, width).
        classes: How many logits.
        width: Multiplies the channels.
        dropout: Share of the features that is silenced in training.

    Returns:
        A module from (N, C, T, H, W) to logits (N, classes).

    >>> sum(parameter.numel() for parameter in inception3d((3, 64, 224, 224), 101).parameters())
    12390789
    """
    inputs = clip_shape("inception3d", shape)[0]
    within("inception3d.width", width, 0.02, 16)
    within("inception3d.dropout", dropout, 0, 0.95)
    stem = [max(1, round(channels * width)) for channels in STEM]
    layers = [
        *_same_convolution(inputs, stem[0], (7, 7, 7), (2, 2, 2)),
        _same_maxima((1, 3, 3), (1, 2, 2)),
        _activated(stem[0], stem[1], 1),
        _activated(stem[1], stem[2], 3),
    ]
    entering = stem[-1]
    for name, published in MODULES.items():
        if name in HALVED_BEFORE:
            layers.append(_same_maxima(*HALVED_BEFORE[name]))
        widths = published.times(width)
        layers.append(InflatedInception(entering, widths))
        entering = widths.total
    logits = nn.Linear(entering, classes)
    network = nn.Sequential(ClipInput(), *layers, clip_head(logits, dropout))
    start_weights(network, logits)
    return network


def _activated(inputs: int, outputs: int, kernel: int) -> nn.Module:
    return nn.Sequential(*normed_convolution(inputs, outputs, kernel), nn.ReLU())


def _same_convolution(inputs: int, outputs: int, kernel: Three, stride: Three) -> list[nn.Module]:
    convolution = nn.Conv3d(inputs, outputs, kernel, stride, bias=False)
    return [same_padding(kernel, stride), convolution, nn.BatchNorm3d(outputs), nn.ReLU()]


def _same_maxima(kernel: Three, stride: Three) -> nn.Module:
    # what enters is behind a ReLU, so a zero of the padding never exceeds what is beside it
    return nn.Sequential(same_padding(kernel, stride), nn.MaxPool3d(kernel, stride))
