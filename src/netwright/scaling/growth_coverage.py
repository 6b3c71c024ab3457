"""How often the interval of a law of growth holds the truth, on simulated costs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netwright.scaling.growth import fit_growth
from netwright.scaling.observations import Floats
from netwright.scaling.simulate import SimulatedDesign

SIMULATED_EXPONENTS = (0.5, 1.5)
SIMULATED_FIXED = (0.0, 0.9)


@dataclass(frozen=True)
class GrowthLaw:
    """T(n) = fixed + (1 - fixed) (n/first)^p: 1 at the smallest size.

    Args:
        first: The smallest size.
        fixed: The share of the cost there that does not grow.
        p: Exponent.

    >>> float(GrowthLaw(first=100, fixed=0.5, p=1.0)(300))
    2.0
    """

    first: float
    fixed: float
    p: float

    def __call__(self, n: ArrayLike) -> Floats:
        """Return the typical cost at n training samples."""
        return np.asarray(self.fixed + (1 - self.fixed) * (np.asarray(n, dtype=float) / self.first) ** self.p)


DrawGrowth = Callable[[np.random.Generator, SimulatedDesign], GrowthLaw]
"""From a random generator and a design to a law of growth."""


def draw_growth_law(random: np.random.Generator, design: SimulatedDesign) -> GrowthLaw:
    """Return a law with p ~ U(0.5, 1.5) and a fixed share at the smallest size ~ U(0, 0.9).

    Args:
        random: The source of chance.
        design: Where the sizes start.

    Returns:
        The law.
    """
    return GrowthLaw(design.first, random.uniform(*SIMULATED_FIXED), random.uniform(*SIMULATED_EXPONENTS))


@dataclass(frozen=True)
class GrowthCoverage:
    """What became of predictions of simulated costs.

    Args:
        fits: How many laws were simulated and fitted.
        coverage: Share of the 90% intervals that hold the true cost.
        below: Share where the truth is below the interval.
        above: Share where it is above.
        median_error: Median of |value - truth|/truth.
    """

    fits: int
    coverage: float
    below: float
    above: float
    median_error: float


def growth_coverage(
    design: SimulatedDesign,
    *,
    fits: int,
    seed: int = 0,
    factor: float = 4.0,
    draw_law: DrawGrowth = draw_growth_law,
) -> GrowthCoverage:
    """Return how good `fit_growth` predicts beyond the largest size in a design.

    Costs are T(n_k) exp(sigma z_ks), z standard normal, sigma log-uniform between the ends of the design's noise.

    Args:
        design: Sizes, seeds, noise.
        fits: How many laws to simulate; coverage is known to about 1.5% with 400.
        seed: Seed of the simulation.
        factor: The prediction is for this many times the largest size.
        draw_law: Where the true laws come from.

    Returns:
        The shares and the median error.

    >>> growth_coverage(SimulatedDesign(sizes=5, seeds=3), fits=10).fits
    10
    """
    random = np.random.default_rng(seed)
    n = factor * design.images[-1]
    rows = np.empty((fits, 4))
    for row in rows:
        law = draw_law(random, design)
        sigma = np.exp(random.uniform(*np.log(design.noise)))
        noise = np.exp(sigma * random.standard_normal((design.sizes, design.seeds)))
        measured = dict(zip(design.images, (law(design.images)[:, None] * noise).tolist(), strict=True))
        row[:] = (float(law(n)), *fit_growth("training_time", "s", measured).predict(n))
    truth, value, low, high = rows.T
    return GrowthCoverage(
        fits=fits,
        coverage=float(((low <= truth) & (truth <= high)).mean()),
        below=float((truth < low).mean()),
        above=float((truth > high).mean()),
        median_error=float(np.median(np.abs(value / truth - 1))),
    )
