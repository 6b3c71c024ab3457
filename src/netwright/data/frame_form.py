"""The form in which the frames of a video are wanted: as shown, of one size, or the square of their middle."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import MissingExtraError

if TYPE_CHECKING:
    from av import VideoFrame

_QUARTER = 90


class Scaler:
    """Scales frames with FFmpeg's libswscale, and keeps its tables from one frame to the next: one video, one thread.

    Raises:
        MissingExtraError: PyAV is not installed.
    """

    def __init__(self) -> None:
        try:
            from av.video.reformatter import VideoReformatter
        except ImportError as error:
            raise MissingExtraError("reading video files", "video") from error
        self._reformatter = VideoReformatter()

    def scaled(self, frame: "VideoFrame", height: int, width: int) -> NDArray[np.uint8]:
        """Return red, green and blue of a frame, uint8 (height, width, 3), not turned; a view of memory of its own."""
        shown = self._reformatter.reformat(frame, width, height, "rgb24", interpolation="BILINEAR")
        plane = shown.planes[0]
        # a plane is a buffer, of which the stubs of PyAV do not tell
        rows: NDArray[np.uint8] = np.frombuffer(cast("bytes", plane), np.uint8).reshape(-1, plane.line_size)
        # rows of a plane may be padded
        return rows[:height, : 3 * width].reshape(height, width, 3)


class FrameForm(Protocol):
    """What makes pixels of a decoded frame."""

    def pixels(self, frame: "VideoFrame", scaler: Scaler) -> NDArray[np.uint8]:
        """Return red, green and blue, uint8 (height, width, 3), turned as the file says that it is shown."""
        ...


@dataclass(frozen=True)
class AsShown:
    """Frames in their own size.

    Grey becomes three equal channels, transparency is left aside, and deep colours keep their upper bits. Pixels are
    as stored: where they are not square, the picture is not stretched.
    """

    def pixels(self, frame: "VideoFrame", scaler: Scaler) -> NDArray[np.uint8]:
        """Return the frame, uint8 (height, width, 3)."""
        return _turned(scaler.scaled(frame, frame.height, frame.width), frame)


@dataclass(frozen=True)
class Resized:
    """Frames of one size, without keeping their proportions; they are scaled while their colours are converted.

    Args:
        height: In pixels.
        width: In pixels.

    Source: FFmpeg, libswscale with the bilinear filter, which averages over the source pixels when it shrinks.
    """

    height: int
    width: int

    def pixels(self, frame: "VideoFrame", scaler: Scaler) -> NDArray[np.uint8]:
        """Return the frame, uint8 (height, width, 3)."""
        lying = frame.rotation % (2 * _QUARTER) == _QUARTER
        stored = (self.width, self.height) if lying else (self.height, self.width)
        return _turned(scaler.scaled(frame, *stored), frame)


@dataclass(frozen=True)
class CentreSquare:
    """The middle square of frames: the shorter side is brought to a size, and the longer one cut at both ends.

    Proportions are kept; what happens at the far ends of the longer side is lost.

    Args:
        size: Height and width in pixels.

    Source: Carreira and Zisserman 2017, "Quo Vadis, Action Recognition? A New Model and the Kinetics Dataset",
    section 3.1, for the scaled short side and the centre crop of test videos.
    """

    size: int

    def pixels(self, frame: "VideoFrame", scaler: Scaler) -> NDArray[np.uint8]:
        """Return the square, uint8 (size, size, 3)."""
        height, width = covering(frame.height, frame.width, self.size)
        top, left = (height - self.size) // 2, (width - self.size) // 2
        scaled = scaler.scaled(frame, height, width)
        return _turned(scaled[top : top + self.size, left : left + self.size], frame)


def covering(height: int, width: int, size: int) -> tuple[int, int]:
    """Return the size of a picture whose shorter side is brought to a size, in proportion.

    Args:
        height: Of the picture, in pixels.
        width: The same.
        size: Of the shorter side, in pixels.

    Returns:
        (height, width), the longer side rounded to whole pixels.

    >>> covering(240, 320, 112), covering(7, 5, 5)
    ((112, 149), (7, 5))
    """
    shorter = min(height, width)
    return round(height * size / shorter), round(width * size / shorter)


def _turned(pixels: NDArray[np.uint8], frame: "VideoFrame") -> NDArray[np.uint8]:
    # FFmpeg tells the angle counterclockwise, as numpy takes it
    quarters = round(frame.rotation / _QUARTER)
    # a copy, which outlives the frame
    return np.array(np.rot90(pixels, quarters) if quarters else pixels, order="C")
