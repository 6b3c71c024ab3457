"""Simulate learning curves: to plan a design before paying for it, and to check fits against a known truth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netwright.scaling.observations import Floats

HIGHEST_FIRST_ERROR = 0.6
LOWEST_LAST_ERROR = 0.05


@dataclass(frozen=True)
class SimulatedDesign:
    """How a simulated study measures a curve.

    Args:
        sizes: How many sizes, each twice the one before.
        seeds: How many seeds a size.
        noise: Lowest and highest relative standard deviation between seeds; each curve draws its own between them,
            evenly on a logarithmic scale.
        first: The smallest size, in training images.
    """

    sizes: int
    seeds: int
    noise: tuple[float, float] = (0.02, 0.10)
    first: int = 125

    @property
    def images(self) -> tuple[int, ...]:
        """The sizes, in training images.

        >>> SimulatedDesign(sizes=3, seeds=2).images
        (125, 250, 500)
        """
        return tuple(self.first * 2**step for step in range(self.sizes))


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
        """Return the expected error at n training images."""
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
        """Return the expected error at n training images."""
        u = np.log(np.asarray(n, dtype=float) / self.first)
        return np.asarray(self.start * np.exp(-self.b * u + self.bend * u * (u - 2 * self.middle)))


@dataclass(frozen=True)
class MorganMercerFlodin:
    """e(n) = (chance half^d + c n^d) / (half^d + n^d): from chance to a floor (Viering & Loog 2021, MMF4).

    Args:
        chance: Error without data.
        half: Training images that take the error half way to the floor.
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
        """Return the expected error at n training images."""
        share = (np.asarray(n, dtype=float) / self.half) ** self.d
        return np.asarray((self.chance + self.c * share) / (1 + share))


@dataclass(frozen=True)
class Weibull:
    """e(n) = c + (chance - c) exp(-(n/scale)^d): from chance soon to a floor (Viering & Loog 2021, WBL4).

    Args:
        chance: Error without data.
        scale: Training images that take the error to 1/e of its way.
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
        """Return the expected error at n training images."""
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
        knee: Training images at the change.
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
        """Return the expected error at n training images."""
        return np.asarray(self.c + (self.start - self.c) * self._shape(n) / self._shape(self.first))

    def _shape(self, n: ArrayLike) -> Floats:
        size = np.asarray(n, dtype=float)
        return np.asarray(
            size**-self.b * (1 + (size / self.knee) ** (1 / self.width)) ** ((self.b - self.later) * self.width)
        )


Law = Callable[[ArrayLike], Floats]
"""From training images to the expected error."""

DrawLaw = Callable[[np.random.Generator, SimulatedDesign], Law]
"""From a random generator and a design to a law."""


def draw_power_law(random: np.random.Generator, design: SimulatedDesign) -> Law:
    """Return a power law with a floor: b ~ U(0.2, 0.8), c ~ U(0, 0.15), error at the smallest size ~ U(0.1, 0.6).

    Args:
        random: The source of chance.
        design: Where the curve starts.

    Returns:
        The law; its first error is above its floor, though not always inside the range of `simulate`.
    """
    start, c = random.uniform(0.1, 0.6), random.uniform(0.0, 0.15)
    return PowerLaw(design.first, max(start, c), random.uniform(0.2, 0.8), c)


def draw_floorless_law(random: np.random.Generator, design: SimulatedDesign) -> Law:
    """Return a pure power law, c = 0: b ~ U(0.1, 0.5), error at the smallest size ~ U(0.1, 0.6).

    Args:
        random: The source of chance.
        design: Where the curve starts.

    Returns:
        The law.
    """
    return PowerLaw(design.first, random.uniform(0.1, 0.6), random.uniform(0.1, 0.5), 0.0)


def draw_bending_law(random: np.random.Generator, design: SimulatedDesign) -> Law:
    """Return a power law with curvature: b ~ U(0.2, 0.6), bend ~ U(-0.02, 0.03), first error ~ U(0.2, 0.6).

    Args:
        random: The source of chance.
        design: Where the curve starts, and the middle of its sizes.

    Returns:
        The law.
    """
    middle = float(np.log(design.images[-1] / design.first) / 2)
    start, b, bend = random.uniform(0.2, 0.6), random.uniform(0.2, 0.6), random.uniform(-0.02, 0.03)
    return BendingLaw(design.first, start, b, bend, middle)


def draw_mmf(random: np.random.Generator, design: SimulatedDesign) -> Law:
    """Return an MMF curve: chance 0.9, d ~ U(0.4, 1), c ~ U(0, 0.15), half ~ 1/4 to 4 smallest sizes (log-uniform).

    Args:
        random: The source of chance.
        design: Where the curve starts.

    Returns:
        The law.
    """
    half = design.first * 4.0 ** random.uniform(-1, 1)
    return MorganMercerFlodin(0.9, half, random.uniform(0.4, 1.0), random.uniform(0.0, 0.15))


def draw_weibull(random: np.random.Generator, design: SimulatedDesign) -> Law:
    """Return a Weibull curve: chance ~ U(0.5, 0.9), d ~ U(0.3, 0.8), c ~ U(0, 0.15), scale 1 to 64 smallest sizes.

    Args:
        random: The source of chance.
        design: Where the curve starts.

    Returns:
        The law; its scale is log-uniform.
    """
    scale = design.first * 4.0 ** random.uniform(0, 3)
    return Weibull(random.uniform(0.5, 0.9), scale, random.uniform(0.3, 0.8), random.uniform(0.0, 0.15))


def draw_broken_law(random: np.random.Generator, design: SimulatedDesign) -> Law:
    """Return a broken power law: exponents ~ U(0.1, 0.6), c ~ U(0, 0.1), first error ~ U(0.2, 0.6).

    Args:
        random: The source of chance.
        design: Where the curve starts; the knee is at the middle of its sizes times 1/4 to 4 (log-uniform), the
            width ~ U(0.2, 1.5).

    Returns:
        The law.
    """
    knee = float(np.sqrt(design.first * design.images[-1])) * 4.0 ** random.uniform(-1, 1)
    b, later = random.uniform(0.1, 0.6, 2).tolist()
    width, c = random.uniform(0.2, 1.5), random.uniform(0.0, 0.1)
    return BrokenLaw(design.first, random.uniform(0.2, 0.6), b, later, knee, width, c)


def simulate(random: np.random.Generator, design: SimulatedDesign, draw_law: DrawLaw) -> tuple[Law, Floats]:
    """Return a law and errors measured on it: e_ks = e(n_k) (1 + sigma z_ks), z standard normal, cut to [0, 1].

    Laws are drawn until one falls, from at most 0.6 at the smallest size to at least 0.05 at the largest.

    Args:
        random: The source of chance.
        design: Sizes, seeds, noise.
        draw_law: Where laws come from.

    Returns:
        The law, and (sizes, seeds) errors.

    >>> law, errors = simulate(np.random.default_rng(0), SimulatedDesign(sizes=5, seeds=3), draw_power_law)
    >>> errors.shape
    (5, 3)
    """
    while True:
        law = draw_law(random, design)
        expected = law(design.images)
        if LOWEST_LAST_ERROR <= expected[-1] < expected[0] <= HIGHEST_FIRST_ERROR:
            break
    lowest, highest = np.log(design.noise)
    sigma = np.exp(random.uniform(lowest, highest))
    noise = random.standard_normal((design.sizes, design.seeds))
    return law, np.asarray(np.clip(expected[:, None] * (1 + sigma * noise), 0.0, 1.0))
