"""The clips of a video file: chosen frames, in the form that a model takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netwright.data.clip_sampling import ClipSampling
from netwright.data.frame_form import CentreSquare
from netwright.data.frame_index import FrameIndex, index_frames
from netwright.data.video_file import BrokenVideoError, MissingFrameError
from netwright.data.video_frames import select_frames
from netwright.machine.seeds import derive_seed


@dataclass(frozen=True)
class ClipForm:
    """How videos become clips.

    Args:
        sampling: Which frames make a clip.
        size: Height and width of a frame in pixels: the middle square, see `netwright.data.frame_form.CentreSquare`.
        clips: Clips of a video: its middle one, and, where there are more, others drawn at random.
    """

    sampling: ClipSampling
    size: int
    clips: int = 1

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(3, frames, height, width) of a clip."""
        return 3, self.sampling.frames, self.size, self.size

    def numbers(self, count: int, name: str) -> list[tuple[int, ...]]:
        """Return the frames of each clip of a video.

        Args:
            count: Frames of the video.
            name: Seeds the draws, so that they are the same each time, whatever other videos there are.

        Returns:
            `clips` tuples of numbers.
        """
        draws = range(1, self.clips)
        seeded = (np.random.default_rng(derive_seed("clip", name, draw)) for draw in draws)
        return [self.sampling.middle(count), *(self.sampling.drawn(count, random) for random in seeded)]


@dataclass(frozen=True, eq=False)
class ReadClips:
    """The clips of a video, and what they were cut from.

    Args:
        clips: uint8 (clips, 3, frames, height, width).
        frames: Sound frames of the video.
        damage: Why it ends too early; empty where it does not.
    """

    clips: NDArray[np.uint8]
    frames: int
    damage: str


def read_clips(path: Path, form: ClipForm, name: str = "") -> ReadClips:
    """Return the clips of a video file.

    Of a file that ends in damage the frames before it are the video, where they are at least as many as a clip has.

    Args:
        path: The file.
        form: How it becomes clips.
        name: What seeds the draws; the name of the file where not given.

    Returns:
        The clips.

    Raises:
        BrokenVideoError: It holds no frame, or is damaged before it has as many as a clip.
    """
    index = index_frames(path)
    count, damage = index.count, index.damage
    clips: NDArray[np.uint8] | None = None
    while clips is None:
        if damage and count < form.sampling.frames:
            raise BrokenVideoError(path, damage, count)
        try:
            clips = _cut(path, form, form.numbers(count, name or path.name), index)
        except BrokenVideoError as error:
            # fewer frames than packets: those that are there are the video
            if not 0 < error.frames < count:
                raise
            count = error.frames
            damage = damage if isinstance(error, MissingFrameError) else error.found
    return ReadClips(clips, count, damage)


def _cut(path: Path, form: ClipForm, numbers: Sequence[tuple[int, ...]], index: FrameIndex) -> NDArray[np.uint8]:
    wanted = sorted({number for clip in numbers for number in clip})
    frames = select_frames(path, wanted, CentreSquare(form.size), index)
    places = np.searchsorted(wanted, np.array(numbers))
    # (clips, T, H, W, 3) -> (clips, 3, T, H, W)
    return np.ascontiguousarray(frames[places].transpose(0, 4, 1, 2, 3))
