"""Where the frames of a video file are, found without decoding them."""

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from netwright.data.video_file import BrokenVideoError, cut_short, damaged, opened, shortage, tick_seconds


@dataclass(frozen=True)
class FrameIndex:
    """Where the frames of a file are, found without decoding them.

    Args:
        count: Packets that hold a frame, before any damage.
        ticks: The time stamp of each frame in the order shown, in units of the stream; empty where some lack one.
        keys: Which frames can be decoded without an earlier one, ascending.
        stands: Where the file is to be sought for each of them: the time stamp of its decoding, in the same units.
        damage: Why the packets end too early; empty where they do not.
    """

    count: int
    ticks: tuple[int, ...]
    keys: tuple[int, ...]
    stands: tuple[int, ...]
    damage: str

    def key_before(self, frame: int) -> tuple[int, int]:
        """Return the last frame up to a frame that can be decoded without an earlier one, and where it stands.

        >>> FrameIndex(9, tuple(range(1, 10)), (0, 4), (0, 4), "").key_before(7)
        (4, 4)
        """
        place = max(bisect_right(self.keys, frame), 1) - 1
        return self.keys[place], self.stands[place]


def index_frames(path: Path) -> FrameIndex:
    """Return where the frames of a file are, from its packets; none is decoded.

    Args:
        path: The file.

    Returns:
        The index, up to the first damaged packet.

    Raises:
        BrokenVideoError: The file has no packet with a frame.
    """
    seen: list[tuple[int | None, bool, int | None]] = []
    damage = ""
    with opened(path) as (container, stream):
        import av

        try:
            for packet in container.demux(stream):
                if packet.is_corrupt:
                    damage = cut_short(len(seen))
                    break
                if packet.size and not packet.is_discard:
                    seen.append((packet.pts, packet.is_keyframe, packet.dts))
        except av.FFmpegError as error:
            damage = damaged(len(seen), error)
        shown = sorted((tick, key, tick if dts is None else dts) for tick, key, dts in seen if tick is not None)
        last = shown[-1][0] * tick_seconds(stream) if shown else None
        damage = damage or shortage(container, stream, len(seen), last)
    if not seen:
        raise BrokenVideoError(path, damage or "it holds no frame")
    ticks = tuple(tick for tick, _, _ in shown)
    keys = tuple(place for place, (_, key, _) in enumerate(shown) if key)
    if len(set(ticks)) < len(seen) or not keys:
        return FrameIndex(len(seen), (), (), (), damage)
    return FrameIndex(len(seen), ticks, keys, tuple(shown[place][2] for place in keys), damage)
