"""The least-squares fit of any law: a grid over its nonlinear constants, the linear ones in closed form."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from netwright.scaling.grid import Box, whole
from netwright.scaling.laws.law import Law
from netwright.scaling.least_squares import Points
from netwright.scaling.observations import Floats

_MINIMA = 3
_PRECISION = 1e-5
_REACH = 1.5
_ROUNDS = 60
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
        The fit; on exact data its constants are exact to about 1e-5, but for directions that the data leave open.

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
    fits = [_close_in(law, points, box, logs[k]) for k in lowest]
    return min(fits, key=lambda fit: fit.residual)


def _evaluate(law: Law, points: Points, logs: Floats) -> tuple[Floats, Floats, Floats]:
    x, first = shapes(law, points.ratios, np.exp(logs))
    a, c, residual = law.linear.of(points, x).nonnegative()
    return a / first, c, residual


def _close_in(law: Law, points: Points, everywhere: Box, centre: Floats) -> BestFit:
    box, lowest = everywhere, np.inf
    for _ in range(_ROUNDS):
        steps, side = box.steps(law.search), box.high - box.low
        # where the best point is at an edge of the box, its valley leads on: the box moves, and keeps its size there
        leads_on = box.at_edge(centre) & ~everywhere.at_edge(centre)
        box = everywhere.around(centre, np.where(leads_on, side / 2, np.minimum(_REACH * steps, _SHRINK * side / 2)))
        logs = box.cells(law.search)
        a, c, residual = _evaluate(law, points, logs)
        k = int(np.argmin(residual))
        if residual[k] < lowest:
            lowest, centre = float(residual[k]), logs[k]
            constants = (float(a[k]), *np.exp(centre).tolist(), float(c[k]))
        if not law.axes or steps.max() < _PRECISION:
            break
    return BestFit(law, constants, lowest)
