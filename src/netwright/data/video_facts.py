"""What a video file holds: how many frames, for how long, of which size."""

from dataclasses import dataclass
from pathlib import Path

from netwright.data.frame_index import index_frames
from netwright.data.video_file import BrokenVideoError, decoded, opened, stated_rate, tick_seconds


@dataclass(frozen=True)
class VideoFacts:
    """What a video file holds, counted from its packets: its header may be wrong.

    Args:
        path: The file.
        frames: Frames that it holds, before any damage.
        seconds: From the first frame to the end of the last.
        rate: Frames a second, the mean where it varies.
        height: Of a frame as it is shown, after its rotation, in pixels.
        width: The same.
        damage: Why it ends too early; empty where it does not.
    """

    path: Path
    frames: int
    seconds: float
    rate: float
    height: int
    width: int
    damage: str = ""


def read_facts(path: Path) -> VideoFacts:
    """Return what a video file holds: its packets are counted, and its first frame alone is decoded.

    Args:
        path: The file.

    Returns:
        The facts.

    Raises:
        BrokenVideoError: It holds no frame that can be decoded.
    """
    index = index_frames(path)
    with opened(path) as (container, stream):
        first = next(decoded(path, container, stream), None)
        if first is None:
            raise BrokenVideoError(path, "it holds no frame that can be decoded")
        unit = tick_seconds(stream)
        rate = stated_rate(stream)
    lying = first.rotation % 180 == 90
    height, width = (first.width, first.height) if lying else (first.height, first.width)
    # the last frame is shown for as long as a frame is on average
    span = (index.ticks[-1] - index.ticks[0]) * unit / (index.count - 1) * index.count if len(index.ticks) > 1 else 0.0
    seconds = span or index.count / rate
    return VideoFacts(path, index.count, seconds, index.count / seconds, height, width, index.damage)
