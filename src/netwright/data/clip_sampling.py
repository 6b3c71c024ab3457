"""Which frames of a video make a clip: spread evenly over it, or one after the other at a stride.

Frames are counted, not timed: where the rate of a video varies, so does the time between the frames of its clip.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from netwright.records.errors import DataError


class ClipSampling(Protocol):
    """What chooses the frames of a clip."""

    @property
    def frames(self) -> int:
        """Frames of a clip, T."""
        ...

    def middle(self, count: int) -> tuple[int, ...]:
        """Return the frames of the one clip that stands for a video.

        Args:
            count: Frames of the video, at least 1.

        Returns:
            T numbers from 0 to count - 1, ascending.
        """
        ...

    def drawn(self, count: int, random: np.random.Generator) -> tuple[int, ...]:
        """Return the frames of a clip drawn at random.

        Args:
            count: Frames of the video, at least 1.
            random: Source of the draws.

        Returns:
            T numbers from 0 to count - 1, ascending.
        """
        ...


@dataclass(frozen=True)
class EvenSampling:
    """A clip of the whole video: it is cut into T parts of equal length, and each gives a frame.

    Frame i is floor((i + u) n / T) of n frames, with u = 1/2 in the middle clip and uniform in [0, 1) in a drawn one.
    A video of fewer than T frames repeats some.

    Args:
        frames: T.

    Source: Wang et al. 2016, "Temporal Segment Networks", section 3.1.

    >>> EvenSampling(4).middle(20), EvenSampling(4).middle(2)
    ((2, 7, 12, 17), (0, 0, 1, 1))
    """

    frames: int

    def middle(self, count: int) -> tuple[int, ...]:
        """Return the middle frame of each part."""
        _check(count)
        return tuple((2 * part + 1) * count // (2 * self.frames) for part in range(self.frames))

    def drawn(self, count: int, random: np.random.Generator) -> tuple[int, ...]:
        """Return a random frame of each part."""
        _check(count)
        places = (np.arange(self.frames) + random.random(self.frames)) * count / self.frames
        return tuple(np.minimum(places.astype(np.int64), count - 1).tolist())


@dataclass(frozen=True)
class StridedSampling:
    """A clip of part of a video, at a fixed rate: frames a, a + s, ..., a + (T - 1) s.

    The middle clip lies in the middle, a = floor((n - (T - 1) s - 1)/2); of a drawn one, a is uniform. A video that
    ends earlier waits at its last frame: time does not jump back, as it would where a clip is repeated.

    Args:
        frames: T.
        stride: s, 1 for every frame.

    Source: Tran et al. 2015, "Learning Spatiotemporal Features with 3D Convolutional Networks", section 3.1.

    >>> StridedSampling(3, 2).middle(9), StridedSampling(3, 2).middle(4)
    ((2, 4, 6), (0, 2, 3))
    """

    frames: int
    stride: int

    def middle(self, count: int) -> tuple[int, ...]:
        """Return the frames around the middle."""
        return self._after(self._room(count) // 2, count)

    def drawn(self, count: int, random: np.random.Generator) -> tuple[int, ...]:
        """Return the frames after a random beginning."""
        return self._after(int(random.integers(0, self._room(count) + 1)), count)

    def _room(self, count: int) -> int:
        _check(count)
        return max(count - 1 - (self.frames - 1) * self.stride, 0)

    def _after(self, begin: int, count: int) -> tuple[int, ...]:
        return tuple(min(begin + place * self.stride, count - 1) for place in range(self.frames))


def _check(count: int) -> None:
    if count < 1:
        raise DataError(f"a clip was asked for of a video of {count} frames; leave videos without frames out")
