"""A model of one's own: the factory that a scenario names as `own_model:two_layers`."""

from torch import nn


def two_layers(shape: tuple[int, int, int], classes: int, width: int = 64) -> nn.Module:
    """Return a network from images of (channels, height, width) to one logit a class."""
    pixels = shape[0] * shape[1] * shape[2]
    return nn.Sequential(nn.Flatten(), nn.Linear(pixels, width), nn.ReLU(), nn.Linear(width, classes))
