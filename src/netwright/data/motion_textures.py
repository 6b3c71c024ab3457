"""What the videos of motions are made of: pictures of garments that act, and photos to stand behind them."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from netwright.data import digits, fashion_mnist
from netwright.data.images import ImageDataset
from netwright.records.errors import DataError, MissingExtraError

_PHOTOS = ("china.jpg", "flower.jpg")
_SIDE, _LARGE = 28, 96
_DARK = 0.12
"""Below this share of white a pixel of an actor's picture is background."""


@dataclass(frozen=True, eq=False)
class Textures:
    """Actors and photos in one resolution.

    Args:
        actors: float32 (A, 2, s, s): brightness times cover, and cover, both 0 to 1; (N, 0) is the brightness where the
            background shines through, so that interpolation needs no special case at an edge.
        photos: float32 (P, 3, h, w), 0 to 1.
    """

    actors: Tensor
    photos: Tensor


def garments() -> ImageDataset:
    """Return the pictures of garments whose training part acts in training videos, and whose test part in test videos.

    Returns:
        Fashion-MNIST; fetched first where it is not in the cache.
    """
    return fashion_mnist.load()


def numerals() -> ImageDataset:
    """Return pictures of handwritten digits, to act where no origin gives the garments."""
    return digits.load()


def cast_of(images: Tensor, count: int, behind: Tensor, random: np.random.Generator) -> Textures:
    """Return some pictures as actors before photos: what is dark in a picture is cut away.

    The cover of a pixel is that of the bright pixels around it, so that a dark button stays a part of its shirt. An
    actor covers about half of a frame; its picture is made about as large as that, so that no pixels are skipped.

    Args:
        images: uint8 (N, 1, h, w), bright on black.
        count: How many act; at most N.
        behind: The photos, as `photos` makes them.
        random: Draws who acts.

    Returns:
        Actors of side 14 for frames below 48 pixels, of side 28 for larger ones; and the photos.

    Raises:
        DataError: There are fewer pictures than actors.
    """
    if count > len(images):
        raise DataError(f"{count} actors were asked for, but there are {len(images)} pictures; ask for fewer videos")
    chosen = images[torch.from_numpy(random.permutation(len(images))[:count])].float() / 255
    bright = functional.interpolate(chosen, size=(_SIDE, _SIDE), mode="bilinear", antialias=True)
    near = functional.max_pool2d((bright > _DARK).float(), 3, stride=1, padding=1)
    cover = functional.avg_pool2d(near, 3, stride=1, padding=1)
    both = torch.cat([bright * cover, cover], dim=1)
    small = behind.shape[2] < _LARGE
    return Textures(functional.avg_pool2d(both, 2) if small else both, behind)


def photos(size: int) -> Tensor:
    """Return scikit-learn's two sample photos, twice as high as a frame: a temple in China, and a flower.

    They are under CC BY 2.0, by danielbuechele and by vultilion on Flickr.

    Args:
        size: Side of the frames, in pixels.

    Returns:
        float32 (2, 3, 2 size, 3 size), 0 to 1.

    Raises:
        MissingExtraError: Pillow is not installed, which decodes them.
    """
    # only here: it takes a second to import
    from sklearn.datasets import load_sample_image

    try:
        pixels = np.stack([load_sample_image(name) for name in _PHOTOS])
    except ImportError as error:
        raise MissingExtraError("the photos behind motions", "video") from error
    frames = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    return functional.interpolate(frames, size=(2 * size, 3 * size), mode="bilinear", antialias=True)


def reachable() -> tuple[ImageDataset, str]:
    """Return the garments; the digits where no origin gives them.

    Returns:
        (pictures, a note on what acts).
    """
    try:
        return garments(), ""
    except DataError as error:
        first = str(error).splitlines()[0]
        return numerals(), f"handwritten digits act, since Fashion-MNIST could not be brought: {first}"
