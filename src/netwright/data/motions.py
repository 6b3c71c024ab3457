"""Synthetic videos of garments that move: sixteen motions in eight pairs, each the time reversal of the other."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from netwright.data.fetch import Fetched
from netwright.data.images import ImageDataset
from netwright.data.keep import kept
from netwright.data.motion_paths import CLASSES
from netwright.data.motion_scene import perform
from netwright.data.motion_textures import Textures, cast_of, photos, reachable
from netwright.data.videos import VideoDataset, make_video_dataset
from netwright.records.errors import DataError

NAME = "motions"
LICENCE = "MIT, CC BY 2.0"
TRAIN, TEST = 3_200, 800
FRAMES, SIDE = 16, 32
SEED = 6
NOTES = (
    "SYNTHETIC: rendered by netwright from garments and two photos; how a model does on real recordings is unknown",
    "each motion is its partner played backwards: which of the two it is shows neither in one frame nor in frames "
    "without their order, where at best half of the answers are right",
    "no garment acts in both parts; the photos behind them are in both",
)
_VERSION = "1"
_CLIPS_AN_ACTOR = 8
_PIXELS_AT_ONCE = 2**22
_FEWEST, _SMALLEST = 2, 16


def fetch() -> Fetched:
    """Bring the garments that act, where an origin gives them; the videos are rendered by a program.

    Returns:
        Nothing but where the videos come from: garments have files of their own, see `netwright.data.fashion_mnist`.
    """
    reachable()
    return Fetched(NAME, None, {}, "made by netwright (synthetic)", LICENCE)


def load() -> VideoDataset:
    """Return the videos: 3,200 training and 800 test clips of shape (3, 16, 32, 32), with their actors as origins.

    Returns:
        The data set; rendered first, in some seconds, where it is not in the cache.
    """
    cast = reachable()
    key = f"{_VERSION} {TRAIN} {TEST} {SEED} {cast[0].fingerprint}"
    return kept(NAME, key, VideoDataset, lambda: _render(cast, (TRAIN, TEST), (FRAMES, SIDE), SEED))


def make(train: int, test: int, seed: int, frames: int = FRAMES, size: int = SIDE) -> VideoDataset:
    """Return rendered videos, equally many of each motion; see `netwright.data.motion_paths`.

    Args:
        train: Training clips.
        test: Test clips.
        seed: Decides every draw.
        frames: Frames a clip. Motions are as fast in long clips as in short ones: a cycle takes 13 to 28 frames.
        size: Side of a frame in pixels.

    Returns:
        The data set. Its origins are the actors, each in about 8 clips of one part.

    Raises:
        DataError: There are more videos than the pictures of actors suffice for, or frames are too few or too small.
    """
    check_shape(frames, size)
    return _render(reachable(), (train, test), (frames, size), seed)


def check_shape(frames: int, size: int) -> None:
    """Check that motions can be seen in a clip.

    Args:
        frames: Frames a clip.
        size: Side of a frame in pixels.

    Raises:
        DataError: There are less than 2 frames, or less than 16x16 pixels.

    >>> check_shape(1, 32)
    Traceback (most recent call last):
    netwright.records.errors.DataError: motions cannot be seen in 1 frames of 32x32 pixels; ask for 2 of 16x16 or more
    """
    if frames < _FEWEST or size < _SMALLEST:
        found = f"{frames} frames of {size}x{size} pixels"
        raise DataError(f"motions cannot be seen in {found}; ask for {_FEWEST} of {_SMALLEST}x{_SMALLEST} or more")


def _render(cast: tuple[ImageDataset, str], counts: tuple[int, int], shape: tuple[int, int], seed: int) -> VideoDataset:
    random = np.random.default_rng(seed)
    (pictures, note), behind, first = cast, photos(shape[1]), 0
    parts, origins = [], []
    for count, images in zip(counts, (pictures.train_images, pictures.test_images), strict=True):
        pool = -(-count // _CLIPS_AN_ACTOR)
        textures = cast_of(images, pool, behind, random)
        actors = random.permutation(np.arange(count) % pool)
        labels = random.permutation(np.arange(count) % len(CLASSES))
        parts.append((_film(labels, actors, textures, shape, random), torch.from_numpy(labels)))
        origins.append(torch.from_numpy(actors + first))
        first += pool
    notes = (*NOTES, note) if note else NOTES
    return make_video_dataset(NAME, parts[0], parts[1], CLASSES, notes, origins=(origins[0], origins[1]))


def _film(
    labels: NDArray[np.int64],
    actors: NDArray[np.int64],
    textures: Textures,
    shape: tuple[int, int],
    random: np.random.Generator,
) -> Tensor:
    frames, size = shape
    clips = torch.empty(len(labels), 3, frames, size, size, dtype=torch.uint8)
    step = max(1, _PIXELS_AT_ONCE // (frames * size * size))
    for first in range(0, len(labels), step):
        part = slice(first, first + step)
        clips[part] = perform(labels[part], actors[part], textures, shape, random)
    return clips
