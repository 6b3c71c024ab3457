"""Discoveries: which of many features have evidence enough, with the false ones kept rare."""

import math

import numpy as np
from numpy.typing import NDArray


def discover(log_values: NDArray[np.float64], level: float) -> NDArray[np.bool_]:
    """Return which features are discovered by their e-values.

    e-BH: with e sorted from the largest, discover the first k for the largest k with e_(k) >= F / (level k). The share
    of false ones among the discovered is at most `level` in expectation, however the features depend on each other. In
    addition nothing is discovered before one e-value alone reaches F / level: then, by Ville's inequality for each
    feature and the union of F of them, the chance of any discovery ever while nothing drifts is at most `level`.

    Args:
        log_values: (F,) logarithm of each e-value.
        level: Such as 0.01.

    Returns:
        (F,).

    Source: R. Wang, A. Ramdas, False discovery rate control with e-values, JRSS B 84 (2022), section 3.

    >>> discover(np.log([1500.0, 3000.0, 2.0]), 0.001).tolist()
    [True, True, False]
    >>> discover(np.log([1500.0, 2900.0, 2.0]), 0.001).tolist()
    [False, False, False]
    """
    features = len(log_values)
    if not features or log_values.max() < math.log(features / level):
        return np.zeros(features, bool)
    ranked = np.sort(log_values)[::-1]
    enough = np.flatnonzero(ranked >= np.log(features / (level * np.arange(1, features + 1))))
    return np.asarray(log_values >= ranked[enough[-1]])
