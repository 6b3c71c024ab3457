"""Simulate learning curves: to plan a design before paying for it, and to check fits against a known truth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netwright.scaling.observations import Floats
from netwright.scaling.true_laws import BendingLaw, BrokenLaw, MorganMercerFlodin, PowerLaw, Weibull

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
        first: The smallest size, in training samples.
    """

    sizes: int
    seeds: int
    noise: tuple[float, float] = (0.02, 0.10)
    first: int = 125

    @property
    def images(self) -> tuple[int, ...]:
        """The sizes, in training samples.

        >>> SimulatedDesign(sizes=3, seeds=2).images
        (125, 250, 500)
        """
        return tuple(self.first * 2**step for step in range(self.sizes))


Law = Callable[[ArrayLike], Floats]
"""From training samples to the expected error."""

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
