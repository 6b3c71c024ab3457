"""One frame of a source."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netwright.data.frame_form import AsShown, FrameForm, Scaler
from netwright.records.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from av import VideoFrame

Pixels = NDArray[np.uint8]
"""A picture, (height, width, 3): red, green and blue."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame with its times, still as the decoder gave it: one that nobody looks at is never converted.

    Args:
        picture: Of the decoder; `picture_of` makes one of pixels.
        time: Seconds since the start of its video, or of a live source's first frame.
        arrived: When it was there to be looked at, on the clock of its source, in seconds.
        video: Name of the video it is part of.
        part: Counts videos from 0. A file of a folder is a new part, and so is a live source that was connected again:
            what was seen before belongs to another video.
    """

    picture: "VideoFrame"
    time: float
    arrived: float
    video: str
    part: int = 0

    @cached_property
    def pixels(self) -> Pixels:
        """The frame as it is shown, uint8 (height, width, 3): red, green, blue."""
        return AsShown().pixels(self.picture, Scaler())

    def formed(self, form: FrameForm, scaler: Scaler) -> Pixels:
        """Return the frame in the form that data sets have it in, uint8 (height, width, 3).

        Args:
            form: Such as its centre square.
            scaler: Keeps tables from one frame of a video to the next.
        """
        return form.pixels(self.picture, scaler)


def picture_of(pixels: Pixels) -> "VideoFrame":
    """Return pixels as a decoder would give them.

    Args:
        pixels: uint8 (height, width, 3).

    Returns:
        A copy of them.

    Raises:
        InputError: They have another shape or type.
        MissingExtraError: PyAV is not installed.

    >>> Frame(picture_of(np.full((2, 4, 3), 7, np.uint8)), 0.0, 0.0, "seven").pixels[1, 3].tolist()
    [7, 7, 7]
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise InputError(
            f"found a frame of {pixels.dtype} {pixels.shape}; give uint8 (height, width, 3): red, green, blue"
        )
    try:
        from av import VideoFrame
    except ImportError as error:
        raise MissingExtraError("streaming video", "video") from error
    return VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
