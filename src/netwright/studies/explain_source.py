"""A file as what a stored model takes: a clip of a video, cut as its training clips were, or an image."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from netwright.data.clip_sampling import ClipSampling, EvenSampling, StridedSampling
from netwright.data.frame_index import index_frames
from netwright.data.images import to_inputs
from netwright.data.video_clip import ClipForm, read_clips
from netwright.data.video_file import opened, tick_seconds
from netwright.data.videos_address import PREFIX, read_videos_address
from netwright.records.errors import DataError, InputError

_CLIP, _IMAGE = 4, 3
_COLOURS = (1, 3)


@dataclass(frozen=True, eq=False)
class Read:
    """What a file holds for a model.

    Args:
        inputs: uint8 (3, T, H, W) of a clip; float (C, H, W) of an image.
        seconds: When each frame of the clip is shown, from the first frame of the video; empty of an image, and where
            the file does not tell.
        notes: What a reader must know.
    """

    inputs: Tensor
    seconds: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()


def read_source(path: Path, shape: tuple[int, ...], data: str = "", stride: int | None = None) -> Read:
    """Return a file in the shape that a model takes.

    Args:
        path: A video file for a model of clips, an image file for one of images.
        shape: Of one input: (3, T, H, W) or (C, H, W).
        data: What the model was trained on: of an address of videos, its stride is taken.
        stride: Frames from one of the clip to the next, around the middle of the video; if not given, as in `data`,
            or else the clip is spread evenly over the whole video.

    Returns:
        The input.

    Raises:
        InputError: The model takes neither clips nor images; a stride is given for an image.
        DataError: The file holds no such thing, or is damaged.
    """
    if len(shape) == _CLIP and shape[0] == 3 and shape[-2] == shape[-1]:
        return _clip(path, shape, _sampling(shape[1], data, stride))
    if len(shape) == _IMAGE and shape[0] in _COLOURS:
        if stride is not None:
            raise InputError("a stride is of videos, and the model takes images; leave it out")
        return _image(path, shape)
    raise InputError(
        f"the model takes inputs of shape {shape}; an explanation needs one of clips of square frames, "
        "(3, frames, size, size), or of images, (channels, height, width)"
    )


def _sampling(frames: int, data: str, stride: int | None) -> ClipSampling:
    trained = read_videos_address(data).stride if data.startswith(PREFIX) else None
    found = trained if stride is None else stride
    return EvenSampling(frames) if found is None else StridedSampling(frames, found)


def _clip(path: Path, shape: tuple[int, ...], sampling: ClipSampling) -> Read:
    read = read_clips(path, ClipForm(sampling, shape[-1]))
    notes = [f"{path.name} ends in damage after {read.frames} frames: {read.damage}"] if read.damage else []
    if read.frames < shape[1]:
        notes.append(
            f"{path.name} has {read.frames} frames, fewer than the {shape[1]} of a clip: some are shown repeatedly"
        )
    return Read(torch.from_numpy(read.clips[0]), _seconds(path, sampling.middle(read.frames)), tuple(notes))


def _seconds(path: Path, numbers: tuple[int, ...]) -> tuple[float, ...]:
    ticks = index_frames(path).ticks
    if numbers[-1] >= len(ticks):
        return ()
    with opened(path) as (_, stream):
        unit = tick_seconds(stream)
    return tuple((ticks[number] - ticks[0]) * unit for number in numbers)


def _image(path: Path, shape: tuple[int, ...]) -> Read:
    # Pillow is an extra, and the module that reads with it needs it at once
    from netwright.data.image_file import BrokenImageError, read_pixels

    try:
        pixels = read_pixels(path, (shape[1], shape[2]), shape[0])
    except BrokenImageError as error:
        raise DataError(f"{path} cannot be read as an image: {error}; name an image file") from error
    return Read(to_inputs(torch.from_numpy(np.array(pixels))))
