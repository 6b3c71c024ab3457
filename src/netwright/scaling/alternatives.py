"""How every law agrees with the errors of one curve: Akaike's criterion, and the largest size held out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from netwright.records.law import Alternative
from netwright.scaling.draws import Draws
from netwright.scaling.law_fit import BestFit, fit_law
from netwright.scaling.laws.law import Law
from netwright.scaling.least_squares import Points
from netwright.scaling.noise import Noise


def compare(fits: Sequence[BestFit], points: Points, noise: Noise, draws: Draws) -> tuple[Alternative, ...]:
    """Return how each law agrees with errors.

    Args:
        fits: The least-squares fit of each law to the points.
        points: Weighted means at K sizes.
        noise: The deviation between seeds.
        draws: The draws of the curve.

    Returns:
        One alternative a law, in the order of the fits.
    """
    return tuple(_alternative(best, points, noise, draws) for best in fits)


def aicc(residual: float, constants: int, sizes: int, noise: Noise) -> float:
    """Return Akaike's criterion with its correction for few errors.

    AICc = N ln((S + R)/N) + 2 k + 2 k (k + 1)/(N - k - 1), N errors, S their sum of squares between seeds, R that of
    the means about the law, k the constants and the noise. Where no size has two seeds, the assumed noise counts as
    one error more. Source: Hurvich & Tsai 1989; Burnham & Anderson 2002, section 2.4.

    Args:
        residual: R, the weighted sum of squares that the law leaves.
        constants: How many constants the law has.
        sizes: How many means there are.
        noise: The deviation between seeds.

    Returns:
        The criterion; infinite where N - k - 1 is not positive.

    >>> round(aicc(1.0, 2, 4, Noise(squares=3.0, degrees=4.0, assumed=False)), 4)  # 8 ln(4/8) + 6 + 24/4
    6.4548
    """
    errors, k = sizes + noise.degrees, constants + 1
    spare = errors - k - 1
    if spare <= 0:
        return float("inf")
    return float(errors * np.log((noise.squares + residual) / errors) + 2 * k + 2 * k * (k + 1) / spare)


def held_out(law: Law, points: Points) -> float | None:
    """Return the error of the law's prediction of the largest size, from a fit without it.

    Args:
        law: The law.
        points: Weighted means at K sizes.

    Returns:
        (predicted - measured)/measured; None where the other sizes are fewer than the law's constants, or where the
        measured error is zero.
    """
    measured = float(points.means[-1])
    if len(points.means) - 1 < law.constants or measured == 0:
        return None
    others = replace(points, ratios=points.ratios[:-1], means=points.means[:-1], weights=points.weights[:-1])
    return float(fit_law(law, others).predict(points.ratios)[-1]) / measured - 1


def _alternative(best: BestFit, points: Points, noise: Noise, draws: Draws) -> Alternative:
    law = best.law
    return Alternative(
        name=law.name,
        # a law without a floor has one name less
        constants=dict(zip(law.names, best.constants, strict=False)),
        aicc=aicc(best.residual, law.constants, len(points.means), noise),
        held_out=held_out(law, points),
        weight=draws.laws.count(law.name) / len(draws.laws),
    )
