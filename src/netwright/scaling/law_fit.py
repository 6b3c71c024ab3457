"""The least-squares fit of any law: a grid over its nonlinear constants, the linear ones in closed form."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from netwright.scaling.grid import Box, whole
from netwright.scaling.laws.law import Law
from netwright.scaling.least_squares import Points
from netwright.scaling.observations import Floats

_MINIMA = 3
_PRECISION = 1e-4
_REACH = 1.5
_ROUNDS = 40
_SHRINK = 0.8
_TINY = 1e-300


@dataclass(frozen=True)
class BestFit:
    """The constants of a law with the smallest weighted sum of squared residuals.

    Args:
        law: The law.
        constants: (a, ..., c), as in a draw.
        residual: The sum of squares that is left.
    """

    law: Law
    constants: tuple[float, ...]
    residual: float

    def predict(self, ratios: Floats) -> Floats:
        """Return the expected errors at (K,) sizes over n0."""
        return self.law.predict(ratios, self.constants)


def shapes(law: Law, ratios: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Return the shapes of a law over their value at the smallest size, where none of them vanishes.

    Args:
        law: The law.
        ratios: (K,) sizes over n0.
        theta: (G, P) its nonlinear constants.

    Returns:
        (x, first): the (G, K) shapes, 1 at the first size, and the (G,) values that they were divided by.
    """
    x = law.x(ratios, theta)
    first = np.maximum(x[:, 0], _TINY)
    return x / first[:, None], first


def fit_law(law: Law, points: Points) -> BestFit:
    """Return the least-squares fit of a law, with a >= 0 and c >= 0.

    Variable projection (Golub & Pereyra 1973): at every point of a grid over the nonlinear constants the linear ones
    have a closed form. A smaller grid closes in on each of the three lowest local minima, and follows it where it moves
    to an edge; so there is no starting point, and no failure to converge.

    Args:
        law: The law.
        points: Means and weights at K sizes, K at least the number of the law's constants for a unique answer.

    Returns:
        The fit; on exact data its constants are exact to about 1e-4, but for directions that the data leave open.

    >>> from netwright.scaling.laws.power_law import POWER_LAW
    >>> r = np.array([0.25, 0.5, 1.0, 2.0, 4.0])
    >>> best = fit_law(POWER_LAW, Points(r, 0.1 + 0.3 * r**-0.5, np.ones(5)))
    >>> [round(constant, 4) for constant in best.constants]
    [0.3, 0.5, 0.1]
    """
    box = whole(law, points.ratios)
    logs = box.cells(law.search)
    residual = _evaluate(law, points, logs)[2].reshape(law.search)
    minima = np.flatnonzero(ndimage.minimum_filter(residual, size=3, mode="nearest") == residual)
    lowest = minima[np.argsort(residual.ravel()[minima], kind="stable")][:_MINIMA]
    return _close_in(law, points, box, logs[lowest])


def _evaluate(law: Law, points: Points, logs: Floats) -> tuple[Floats, Floats, Floats]:
    x, first = shapes(law, points.ratios, np.exp(logs))
    a, c, residual = law.linear.of(points, x).nonnegative()
    return a / first, c, residual


def _close_in(law: Law, points: Points, everywhere: Box, centres: Floats) -> BestFit:
    # from several (S, P) centres at once, which costs little more than from one
    boxes, starts = everywhere, np.arange(len(centres))
    lowest, constants = np.full(len(centres), np.inf), np.zeros((len(centres), len(law.axes) + 2))
    for _ in range(_ROUNDS):
        steps, sides = boxes.steps(law.search), boxes.high - boxes.low
        # where the best point is at an edge of its box, the valley leads on: the box moves, and keeps its size there
        leads_on = boxes.at_edge(centres) & ~everywhere.at_edge(centres)
        closer = np.minimum(_REACH * steps, _SHRINK * sides / 2)
        boxes = everywhere.around(centres, np.where(leads_on, sides / 2, closer))
        logs = boxes.cells(law.search)
        flat = logs.reshape(logs.shape[0] * logs.shape[1], len(law.axes))
        a, c, residual = (part.reshape(logs.shape[:2]) for part in _evaluate(law, points, flat))
        k = residual.argmin(axis=1)
        found = np.column_stack([a[starts, k], np.exp(logs[starts, k]), c[starts, k]])
        better = residual[starts, k] < lowest
        lowest = np.where(better, residual[starts, k], lowest)
        constants = np.where(better[:, None], found, constants)
        centres = np.where(better[:, None], logs[starts, k], centres)
        if not law.axes or steps.max() < _PRECISION:
            break
    best = int(np.argmin(lowest))
    return BestFit(law, tuple(constants[best].tolist()), float(lowest[best]))
