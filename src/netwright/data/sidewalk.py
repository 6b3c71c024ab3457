"""Synthetic crops of a sidewalk robot's camera: 32x32 grey pixels, half of them with a pedestrian."""

import numpy as np
import torch

from netwright.data.fetch import Fetched
from netwright.data.images import ImageDataset, make_image_dataset
from netwright.data.keep import kept
from netwright.data.sidewalk_scene import LIGHTS, SIDE, render

NAME = "sidewalk"
LICENCE = "Apache-2.0"
CLASSES = ("no pedestrian", "pedestrian")
TRAIN, TEST = 24_000, 6_000
SEED = 11
NOTES = (
    "SYNTHETIC: rendered by netwright from simple shapes; how a model does on a real camera is unknown",
    "a test image is of the same kind as the training images: other places or weather are not in it",
)
_VERSION = "1"
_LIGHT_SHARES = (0.65, 0.25, 0.1)
_AT_ONCE = 1000


def fetch() -> Fetched:
    """Return where the images are: they are rendered by a program, nothing has to be fetched."""
    return Fetched(NAME, None, {}, "made by netwright (synthetic)", LICENCE)


def load() -> ImageDataset:
    """Return the images: 24,000 training and 6,000 test images of shape (1, 32, 32); groups by `light`.

    Returns:
        The data set; rendered first, in some seconds, where it is not in the cache.
    """
    return kept(NAME, f"{_VERSION} {TRAIN} {TEST} {SEED}", ImageDataset, lambda: make(TRAIN, TEST, SEED))


def make(train: int, test: int, seed: int) -> ImageDataset:
    """Return rendered scenes, half of them with a pedestrian; see `netwright.data.sidewalk_scene`.

    Args:
        train: Training images.
        test: Test images.
        seed: Decides every draw.

    Returns:
        The data set.
    """
    random = np.random.default_rng(seed)
    count = train + test
    labels = random.permutation(np.arange(count) % 2)
    light = random.choice(len(LIGHTS), count, p=_LIGHT_SHARES)
    pixels = np.empty((count, 1, SIDE, SIDE), np.uint8)
    for first in range(0, count, _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        pixels[part, 0] = render(labels[part] == 1, light[part], random)
    images, kinds = torch.from_numpy(pixels), torch.from_numpy(labels).long()
    groups = {"light": (LIGHTS, torch.from_numpy(light[train:]).long())}
    parts = (images[:train], kinds[:train]), (images[train:], kinds[train:])
    return make_image_dataset(NAME, *parts, CLASSES, NOTES, groups=groups)
