"""VGG networks: 8 to 16 convolutions of 3x3 in five stages, each ended by a pooling, then fully connected layers."""

from torch import nn

from netwright.models.image_shape import image_shape
from netwright.models.initialisation import start_weights
from netwright.models.options import among, within

PUBLISHED_SIDE = 96
"""From this many pixels on, an image gets the three published fully connected layers."""
STAGES = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
"""Convolutions of each stage: columns A, B, D and E of the publication's table 1."""
CHANNELS = (64, 128, 256, 512, 512)
HIDDEN = 4096
GRID = 7
NORMS = ("batch", "none")


def vgg(
    shape: tuple[int, ...],
    classes: int,
    *,
    depth: int = 16,
    width: float = 1.0,
    norm: str = "batch",
    dropout: float = 0.5,
) -> nn.Module:
    """Return a VGG network.

    From 96 pixels on it is the published form: features of 7x7, two hidden layers of 4096 units, logits; sizes other
    than 224 are averaged to 7x7. Below, it is the form usual on CIFAR: the same five stages, the mean over what is left
    of the image, one linear layer. Poolings round up, so that 28x28 ends at 1x1 as 32x32 does, and no side ever ends
    at 0. Weights start as in `netwright.models.initialisation`.

    Sources: Simonyan and Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image Recognition", table 1;
    Frankle and Carbin 2019, "The Lottery Ticket Hypothesis", section 4, for the form on CIFAR; Ioffe and Szegedy 2015,
    "Batch Normalization", which came later: each convolution keeps its bias before the normalisation, as in the counts
    of the literature.

    Args:
        shape: Of an image: (channels, height, width).
        classes: How many logits.
        depth: Layers with weights of the published form: 11, 13, 16 or 19.
        width: Multiplies the channels and the hidden units.
        norm: What follows each convolution: "batch" for batch normalisation, "none" as published.
        dropout: Share of activations that is silenced in training: of the hidden units, or of the head's input on
            small images.

    Returns:
        A module from (N, C, H, W) to logits (N, classes).

    >>> sum(parameter.numel() for parameter in vgg((3, 32, 32), 10, depth=16).parameters())
    14728266
    """
    inputs, *sides = image_shape("vgg", shape)
    among("vgg.depth", depth, tuple(STAGES))
    within("vgg.width", width, 0.01, 16)
    among("vgg.norm", norm, NORMS)
    within("vgg.dropout", dropout, 0, 0.95)
    large = min(sides) >= PUBLISHED_SIDE
    before = _hidden(width, dropout) if large else _averaged(dropout)
    head = nn.Linear(_scaled(HIDDEN if large else CHANNELS[-1], width), classes)
    network = nn.Sequential(*_features(inputs, depth, width, norm), *before, head)
    start_weights(network, head)
    return network


def _hidden(width: float, dropout: float) -> list[nn.Module]:
    inputs, units = _scaled(CHANNELS[-1], width) * GRID**2, _scaled(HIDDEN, width)
    first = [nn.AdaptiveAvgPool2d(GRID), nn.Flatten(), nn.Linear(inputs, units), nn.ReLU(), nn.Dropout(dropout)]
    return [*first, nn.Linear(units, units), nn.ReLU(), nn.Dropout(dropout)]


def _averaged(dropout: float) -> list[nn.Module]:
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout)]


def _features(inputs: int, depth: int, width: float, norm: str) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for convolutions, channels in zip(STAGES[depth], CHANNELS, strict=True):
        outputs = _scaled(channels, width)
        for _ in range(convolutions):
            layers.append(nn.Conv2d(inputs, outputs, 3, padding=1))
            if norm == "batch":
                layers.append(nn.BatchNorm2d(outputs))
            layers.append(nn.ReLU())
            inputs = outputs
        layers.append(nn.MaxPool2d(2, ceil_mode=True))
    return layers


def _scaled(channels: int, width: float) -> int:
    return max(1, round(channels * width))
