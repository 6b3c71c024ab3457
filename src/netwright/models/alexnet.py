"""AlexNet in its one-tower form, and the same five convolutions for small images."""

from itertools import pairwise

from torch import nn

from netwright.models.image_shape import image_shape
from netwright.models.initialisation import start_weights
from netwright.models.layout import ChannelsLast
from netwright.models.options import whole, within

PUBLISHED_SIDE = 96
"""From this many pixels on, an image gets the published first convolution, 11x11 with stride 4."""


def alexnet(
    shape: tuple[int, ...], classes: int, *, depth: int = 5, width: float = 1.0, dropout: float = 0.5
) -> nn.Module:
    """Return AlexNet: convolutions of 64-192-384-256-256 channels, three max-poolings, linear layers 4096-4096-classes.

    The default at (3, 224, 224) with 1000 classes is the one-tower form: 61,100,840 parameters, 0.71 G multiply-adds.
    Images of less than 96 pixels start with a 5x5 convolution of stride 1 and keep the three poolings, so that
    28x28 becomes 4x4. Weights start as in `netwright.models.initialisation`.

    Sources: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks";
    Krizhevsky 2014, "One weird trick for parallelizing convolutional neural networks", footnote 1, for one tower.

    Args:
        shape: Of an image: (channels, height, width).
        classes: How many logits.
        depth: Convolutions; from the third on they are 3x3, the third 384 wide, the others 256.
        width: Multiplies the channels and the linear units.
        dropout: Share of linear units that is silenced in training.

    Returns:
        A module from (N, C, H, W) to logits (N, classes).

    >>> import torch
    >>> alexnet((1, 28, 28), 10, width=0.1)(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """
    shape = image_shape("alexnet", shape)
    whole("alexnet.depth", depth, 3, 20)
    within("alexnet.width", width, 0.01, 16)
    within("alexnet.dropout", dropout, 0, 0.95)
    first, second, third, later, units = (max(1, round(c * width)) for c in (64, 192, 384, 256, 4096))
    large = min(shape[1:]) >= PUBLISHED_SIDE
    start = nn.Conv2d(shape[0], first, 11, stride=4, padding=2) if large else nn.Conv2d(shape[0], first, 5, padding=2)
    layers: list[nn.Module] = [start, nn.ReLU(), ChannelsLast(), _pooling(large)]
    layers += [nn.Conv2d(first, second, 5, padding=2), nn.ReLU(), _pooling(large)]
    channels = [second, third, *[later] * (depth - 3)]
    for inputs, outputs in pairwise(channels):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
    grid = [min(6, _final_side(side, large)) for side in shape[1:]]
    layers += [_pooling(large), nn.AdaptiveAvgPool2d((grid[0], grid[1])), nn.Flatten()]
    layers += [nn.Dropout(dropout), nn.Linear(channels[-1] * grid[0] * grid[1], units), nn.ReLU()]
    layers += [nn.Dropout(dropout), nn.Linear(units, units), nn.ReLU()]
    head = nn.Linear(units, classes)
    network = nn.Sequential(*layers, head)
    start_weights(network, head)
    return network


def _pooling(large: bool) -> nn.Module:
    # the published poolings have no padding; with it, maps of any size can be halved
    return nn.MaxPool2d(3, stride=2, padding=0 if large else 1)


def _final_side(side: int, large: bool) -> int:
    if not large:
        return -(-side // 8)
    side = (side + 4 - 11) // 4 + 1
    for _ in range(3):
        side = (side - 3) // 2 + 1
    return side
