"""Elasticity: by how many per cent something changes where training data grows by one per cent."""

from collections.abc import Callable, Sequence

import numpy as np

from netwright.records.scalability import Estimate
from netwright.scaling.estimate import estimate
from netwright.scaling.observations import Floats

OverSizes = Callable[[float], Sequence[float] | Floats]
"""From training samples to a figure, one a draw, such as `curve.at` and `growth.at`."""

_STEP = 1e-3
_SMALLEST = 1e-12


def elasticity(law: OverSizes, n: float) -> Estimate:
    """Return d ln y/d ln n of a law at n training samples.

    (ln y(n e^h) - ln y(n e^-h))/(2 h) with h = 0.001 for every draw, whatever the law; for an error
    e = c + a (n/n0)^-b it is -b (1 - c/e), for a cost T = t0 + t1 (n/n0)^p it is p (1 - t0/T), each to about h^2.

    Args:
        law: From training samples to y > 0, one a draw.
        n: Training samples.

    Returns:
        (median, low, high) over the draws.

    Source: the scalability paper speaks of "performance elasticity" (section IV); the definition is the economists'.

    >>> elasticity(lambda n: [3 * n**-0.5, 3 * n**-0.5], 1000)
    (-0.5, -0.5, -0.5)
    """
    more, less = (np.maximum(np.asarray(law(n * np.exp(step)), dtype=float), _SMALLEST) for step in (_STEP, -_STEP))
    return estimate(np.round(np.log(more / less) / (2 * _STEP), 9))


def complement(law: OverSizes) -> OverSizes:
    """Return the law of 1 - y, which turns the law of an error into that of accuracy.

    Args:
        law: From training samples to y, one a draw.

    Returns:
        From training samples to 1 - y, one a draw.

    >>> complement(lambda n: [0.25])(100).tolist()
    [0.75]
    """
    return lambda n: 1 - np.asarray(law(n), dtype=float)
