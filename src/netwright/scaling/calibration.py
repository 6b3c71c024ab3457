"""How often a prediction's interval holds the truth, and how far its value is off, on simulated curves."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from netwright.scaling.fit import fit_curve
from netwright.scaling.observations import Floats
from netwright.scaling.simulate import DrawLaw, SimulatedDesign, draw_power_law, simulate

Predictor = Callable[[tuple[int, ...], Floats, float], tuple[float, float, float]]
"""From sizes, (sizes, seeds) errors and training samples n to (value, low, high), the error at n."""


@dataclass(frozen=True)
class Calibration:
    """What became of predictions on simulated curves.

    Args:
        curves: How many curves.
        coverage: Share of the intervals that hold the true expected error.
        below: Share where the truth is below the interval.
        above: Share where it is above.
        median_error: Median of |value - truth| / truth.
        median_width: Median of (high - low) / truth.
        failed: Share without a finite value and interval; such an interval counts as one that misses.
    """

    curves: int
    coverage: float
    below: float
    above: float
    median_error: float
    median_width: float
    failed: float

    @property
    def standard_error(self) -> float:
        """How far the coverage would move from one simulation of this many curves to the next."""
        return float(np.sqrt(self.coverage * (1 - self.coverage) / self.curves))


def predict_by_curve(sizes: tuple[int, ...], errors: Floats, n: float) -> tuple[float, float, float]:
    """Return the prediction of `fit_curve`.

    Args:
        sizes: Training samples.
        errors: (K, S) errors.
        n: Training samples of the prediction.

    Returns:
        (value, low, high).
    """
    return fit_curve(sizes, errors).predict(n, limit=float("inf"))


def calibrate(
    design: SimulatedDesign,
    *,
    curves: int,
    seed: int = 0,
    factor: float = 4.0,
    draw_law: DrawLaw = draw_power_law,
    predict: Predictor = predict_by_curve,
) -> Calibration:
    """Return how good predictions beyond the largest size are in a design.

    Before a study is paid for: compare designs by the median error and width that they would give.

    Args:
        design: Sizes, seeds, noise.
        curves: How many curves to simulate; coverage is known to about 1.6% with 400, to 1% with 1000.
        seed: Seed of the simulation; the same seed and design give every predictor the same curves.
        factor: The prediction is for this many times the largest size.
        draw_law: Where the true laws come from.
        predict: What is judged.

    Returns:
        The shares and medians.

    >>> report = calibrate(SimulatedDesign(sizes=5, seeds=3), curves=20)
    >>> report.curves, report.failed
    (20, 0.0)
    """
    random = np.random.default_rng(seed)
    n = factor * design.images[-1]
    rows = np.empty((curves, 4))
    for row in rows:
        law, errors = simulate(random, design, draw_law)
        row[:] = (float(law(n)), *predict(design.images, errors, n))
    truth, value, low, high = rows.T
    finite = np.isfinite(rows).all(axis=1)
    off = np.where(np.isfinite(value), np.abs(value - truth) / truth, np.inf)
    below, above = (truth < low) & finite, (truth > high) & finite
    return Calibration(
        curves=curves,
        coverage=float((finite & ~below & ~above).mean()),
        below=float(below.mean()),
        above=float(above.mean()),
        median_error=float(np.median(off)),
        median_width=float(np.median(np.where(finite, (high - low) / truth, np.inf))),
        failed=float(1 - finite.mean()),
    )
