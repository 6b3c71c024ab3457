"""Laws to simulate: what errors would be without noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netwright.scaling.observations import Floats


@dataclass(frozen=True)
class PowerLaw:
    """e(n) = c + (start - c) (n/first)^-b.

    Args:
        first: The size where the error is `start`.
        start: Error at that size.
        b: Exponent.
        c: Floor.

    >>> round(float(PowerLaw(first=100, start=0.5, b=0.5, c=0.1)(400)), 12)
    0.3
    """

    first: float
    start: float
    b: float
    c: float

    def __call__(self, n: ArrayLike) -> Floats:
        """Return the expected error at n training samples."""
        return self.c + (self.start - self.c) * (np.asarray(n, dtype=float) / self.first) ** -self.b


@dataclass(frozen=True)
class BendingLaw:
    """A power law whose exponent drifts: ln e(n) = ln start - b u + bend u (u - 2 middle), u = ln(n/first).

    The local exponent is b at u = middle; with a positive bend the curve flattens from there on, though never to a
    floor, and with a negative one it steepens, which no power law with a floor does.

    Args:
        first: The size where the error is `start`.
        start: Error at that size.
        b: Exponent in the middle.
        bend: Half the change of the exponent for each unit of ln n.
        middle: ln(n/first) where the exponent is b.

    >>> float(BendingLaw(first=100, start=0.5, b=0.5, bend=0.0, middle=1.0)(400))
    0.25
    """

    first: float
    start: float
    b: float
    bend: float
    middle: float

    def __call__(self, n: ArrayLike) -> Floats:
        """Return the expected error at n training samples."""
        u = np.log(np.asarray(n, dtype=float) / self.first)
        return np.asarray(self.start * np.exp(-self.b * u + self.bend * u * (u - 2 * self.middle)))


@dataclass(frozen=True)
class MorganMercerFlodin:
    """e(n) = (chance half^d + c n^d) / (half^d + n^d): from chance to a floor (Viering & Loog 2021, MMF4).

    Args:
        chance: Error without data.
        half: Training samples that take the error half way to the floor.
        d: Steepness.
        c: Floor.

    >>> float(MorganMercerFlodin(chance=0.9, half=100, d=1.0, c=0.1)(100))
    0.5
    """

    chance: float
    half: float
    d: float
    c: float

    def __call__(self, n: ArrayLike) -> Floats:
        """Return the expected error at n training samples."""
        share = (np.asarray(n, dtype=float) / self.half) ** self.d
        return np.asarray((self.chance + self.c * share) / (1 + share))


@dataclass(frozen=True)
class Weibull:
    """e(n) = c + (chance - c) exp(-(n/scale)^d): from chance soon to a floor (Viering & Loog 2021, WBL4).

    Args:
        chance: Error without data.
        scale: Training samples that take the error to 1/e of its way.
        d: Stretch; 1 is exponential decay.
        c: Floor.

    >>> float(Weibull(chance=0.9, scale=100, d=1.0, c=0.1)(0))
    0.9
    """

    chance: float
    scale: float
    d: float
    c: float

    def __call__(self, n: ArrayLike) -> Floats:
        """Return the expected error at n training samples."""
        share = (np.asarray(n, dtype=float) / self.scale) ** self.d
        return np.asarray(self.c + (self.chance - self.c) * np.exp(-share))


@dataclass(frozen=True)
class BrokenLaw:
    """A power law with a floor whose exponent changes from b to later about the knee (Caballero et al. 2022).

    Args:
        first: The size where the error is `start`.
        start: Error at that size.
        b: Exponent far before the knee.
        later: Exponent far beyond it.
        knee: Training samples at the change.
        width: Over how much of ln n the exponent changes.
        c: Floor.

    >>> round(float(BrokenLaw(first=100, start=0.5, b=0.5, later=0.5, knee=300, width=1, c=0.1)(400)), 12)  # no change
    0.3
    """

    first: float
    start: float
    b: float
    later: float
    knee: float
    width: float
    c: float

    def __call__(self, n: ArrayLike) -> Floats:
        """Return the expected error at n training samples."""
        return np.asarray(self.c + (self.start - self.c) * self._shape(n) / self._shape(self.first))

    def _shape(self, n: ArrayLike) -> Floats:
        size = np.asarray(n, dtype=float)
        return np.asarray(
            size**-self.b * (1 + (size / self.knee) ** (1 / self.width)) ** ((self.b - self.later) * self.width)
        )
