"""What a reader of a curve must know before trusting it."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy import special

from netwright.records.law import POWER_LAW, Alternative
from netwright.scaling.law_fit import BestFit
from netwright.scaling.laws.power_law import HIGHEST_EXPONENT, LOWEST_EXPONENT
from netwright.scaling.noise import ASSUMED_NOISE, SMALLEST_SHARE, Noise
from netwright.scaling.observations import Floats, Observations

_UNLIKELY = 0.05
_DEVIATIONS = 2.0
_NEAR_ZERO = 1e-3
_EDGE = 1e-3
_LESS_SUPPORT = 4.0
_POWER_LAWS = (POWER_LAW, "pow2", "constant")


def find_flags(observations: Observations, expected: Floats, noise: Noise, best: BestFit) -> tuple[str, ...]:
    """Return the reservations about a curve, in words; each begins with its name.

    Args:
        observations: The errors.
        expected: (K,) expected errors.
        noise: The deviation between seeds.
        best: The law of least squares.

    Returns:
        The flags, an empty tuple where there is nothing to say.
    """
    found = (
        _missing(observations),
        _few_sizes(observations),
        _assumed(noise),
        _not_monotone(observations, expected, noise),
        _residuals(best.residual, len(observations.sizes) - 3, noise),
        _edge(best.constants[1]),
        _near_zero(observations),
    )
    return tuple(flag for flag in found if flag)


def other_law(alternatives: Sequence[Alternative]) -> tuple[str, ...]:
    """Return the reservation that another law than a power law has the smallest AICc, by 4 or more.

    A difference of 4 is "considerably less support" (Burnham & Anderson 2002, section 2.6). The constant and pow2 are
    power laws themselves (a = 0, c = 0) and no reservation.

    Args:
        alternatives: How each law agrees with the errors, the power law first.

    Returns:
        The flag, or an empty tuple.
    """
    power = alternatives[0]
    best = min(alternatives, key=lambda law: law.aicc)
    if best.name in _POWER_LAWS or not power.aicc - best.aicc >= _LESS_SUPPORT:
        return ()
    held = [f"{law.held_out:+.1%}" for law in (best, power) if law.held_out is not None]
    missed = (
        f", which misses the largest size, held out, by {held[0]} and the power law by {held[1]}" if held[1:] else ""
    )
    return (f"another law fits better: {best.name}, AICc lower by {power.aicc - best.aicc:.1f}{missed}",)


def _missing(observations: Observations) -> str:
    if not observations.missing:
        return ""
    return f"sizes without errors: none of the seeds gave one at n = {', '.join(map(str, observations.missing))}"


def _few_sizes(observations: Observations) -> str:
    count = len(observations.sizes)
    return f"fewer than 4 sizes: {count} determine the law's 3 constants without a check" if count < 4 else ""


def _assumed(noise: Noise) -> str:
    return f"noise assumed: no size has 2 seeds, so {ASSUMED_NOISE:.0%} was taken" if noise.assumed else ""


def _not_monotone(observations: Observations, expected: Floats, noise: Noise) -> str:
    # a rise within two standard errors of the difference is what seed noise does to any curve
    means, sizes = observations.means, observations.sizes
    errors = noise.deviation * expected / np.sqrt(observations.counts)
    for i, j in pairwise(range(len(sizes))):
        if means[j] - means[i] > _DEVIATIONS * np.hypot(errors[i], errors[j]):
            return (
                f"not monotone: error rises from {means[i]:.4g} at n = {sizes[i]} to {means[j]:.4g} at n = {sizes[j]}"
            )
    return ""


def _residuals(left: float, free: int, noise: Noise) -> str:
    if free == 0:
        return ""
    ratio = left / free / noise.deviation**2
    if special.fdtrc(free, noise.degrees, ratio) >= _UNLIKELY:
        return ""
    return f"residuals exceed seed noise: {np.sqrt(ratio):.1f}x; the law may not hold, the interval was widened"


def _edge(b: float) -> str:
    if LOWEST_EXPONENT + _EDGE < b < HIGHEST_EXPONENT - _EDGE:
        return ""
    return f"exponent at the edge: the errors alone would put it at {b:.2f}, the end of the grid; the prior decides"


def _near_zero(observations: Observations) -> str:
    means = observations.means
    lowest, index = float(means.min()), int(means.argmin())
    if lowest > max(_NEAR_ZERO, SMALLEST_SHARE * float(means.max())):
        return ""
    place = f"{lowest:.2g} at n = {observations.sizes[index]}"
    return f"error near zero: {place}; a few test samples decide it, and relative noise means little"
