"""Saturation: the size from which one more doubling of the data gains too little."""

import numpy as np

from netwright.records.curve import EXTRAPOLATION_LIMIT, Curve
from netwright.records.errors import InputError
from netwright.records.scalability import Estimate
from netwright.scaling.estimate import estimate
from netwright.scaling.observations import Floats

STEPS = 8
"""Grid points a doubling."""


def saturation(curve: Curve, gain: float) -> Estimate:
    """Return the size from which on one more doubling gains less than `gain` in error.

    For every draw the last n with e(n) - e(2n) >= gain, between the smallest measured size and 8 times the largest:
    from a grid of 8 points a doubling, refined by a line in (ln n, ln gain). On a power law with a floor that line is
    exact: n = n0 (a (1 - 2^-b)/gain)^(1/b). A draw that gains less everywhere is saturated from the smallest measured
    size on; one that still gains more at the limit is not known to saturate, and its size is infinite.

    Args:
        curve: The candidate's curve, of whatever law.
        gain: The smallest difference of error that matters, positive.

    Returns:
        (median, low, high) over the draws, in training samples.

    Raises:
        InputError: The gain is not positive.

    >>> draws = ((0.1, 1.0, 0.1),)
    >>> curve = Curve(sizes=(50, 200), errors=((), ()), n0=100, a=0.1, b=1.0, c=0.1, draws=draws, noise=0.0)
    >>> [round(n, 6) for n in saturation(curve, 0.01)]  # e(n) - e(2n) = 0.1 (100/n)/2
    [500.0, 500.0, 500.0]
    """
    if not gain > 0:
        raise InputError(f"saturation was asked for a gain of {gain:g}; give the smallest gain that matters, above 0")
    first, last = float(curve.sizes[0]), EXTRAPOLATION_LIMIT * curve.sizes[-1]
    steps = int(np.ceil(STEPS * np.log2(last / first)))
    sizes = first * 2.0 ** (np.arange(steps + 1 + STEPS) / STEPS)
    errors = np.array([curve.at(float(n)) for n in sizes])
    return estimate(_last_crossing(sizes[: steps + 1], errors[:-STEPS] - errors[STEPS:], gain, last))


def _last_crossing(sizes: Floats, gains: Floats, gain: float, last: float) -> Floats:
    enough = gains >= gain
    crossing = len(sizes) - 1 - np.argmax(enough[::-1], axis=0)
    after, draws = np.minimum(crossing + 1, len(sizes) - 1), np.arange(gains.shape[1])
    before = np.log(np.maximum(gains[crossing, draws], gain) / gain)
    # a gain of nothing is as good as a tiny one, and has a logarithm
    beyond = np.log(gain / np.maximum(gains[after, draws], 1e-9 * gain))
    share = before / np.maximum(before + beyond, 1e-300)
    found = sizes[crossing] * (sizes[after] / sizes[crossing]) ** share
    found = np.where(enough[-1] | (found > last), np.inf, found)
    return np.asarray(np.where(enough.any(axis=0), found, sizes[0]))
