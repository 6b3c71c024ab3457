"""The lexicographic choice: the most important quality decides, what is within its tolerance the next one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.records.quality import Direction
from netwright.selection.comparable import Tolerance


@dataclass(frozen=True)
class Order:
    """By which qualities, and with which tolerances, candidates are ordered.

    Args:
        directions: `higher` or `lower` is better, one a compared quality, the most important first.
        tolerances: One a preferred quality; compared qualities after those only break ties.
    """

    directions: tuple[Direction, ...]
    tolerances: tuple[Tolerance, ...]


def survivors(values: NDArray[np.float64], alive: NDArray[np.bool_], order: Order) -> list[NDArray[np.bool_]]:
    """Return who is left after each step of the lexicographic choice, in every draw.

    Step q keeps who is within the tolerance of the best value among those left: |x - best| <= size, or
    <= size |best| if relative. Who has a NaN in q leaves, unless all have. Then the compared qualities break ties by
    their plain values, in the same order; the differences are ones that do not count, but better than no reason.

    Args:
        values: (draws, candidates, qualities).
        alive: Who takes part, (draws, candidates).
        order: Directions and tolerances.

    Returns:
        One (draws, candidates) array a step: the preferred qualities, then the tie-break by plain values.
    """
    left, steps = alive, []
    for quality, tolerance in enumerate(order.tolerances):
        left = _step(values[..., quality], left, order.directions[quality], tolerance)
        steps.append(left)
    for quality, direction in enumerate(order.directions):
        left = _step(values[..., quality], left, direction, Tolerance(0.0, relative=False))
    return [*steps, left]


def winners(values: NDArray[np.float64], alive: NDArray[np.bool_], order: Order) -> NDArray[np.intp]:
    """Return who is chosen in every draw; among equals the first.

    Args:
        values: (draws, candidates, qualities).
        alive: Who takes part, (draws, candidates).
        order: Directions and tolerances.

    Returns:
        One index a draw, -1 where nobody takes part.

    >>> order = Order(("higher", "lower"), (Tolerance(0.005, False), Tolerance(0.1, True)))
    >>> table = np.array([[[0.853, 9.0], [0.850, 5.0], [0.840, 1.0]]])
    >>> winners(table, np.ones((1, 3), dtype=bool), order).tolist()
    [1]
    """
    if order.tolerances and values.shape[-1]:
        alive = _step(values[..., 0], alive, order.directions[0], order.tolerances[0])
    # the first step leaves few: only who is left in some draw takes part in the others
    left = np.flatnonzero(alive.any(axis=0))
    if not len(left):
        return np.full(len(alive), -1, dtype=np.intp)
    last = survivors(values[:, left], alive[:, left], order)[-1]
    chosen: NDArray[np.intp] = np.where(last.any(axis=1), left[last.argmax(axis=1)], -1)
    return chosen


def _step(
    values: NDArray[np.float64], alive: NDArray[np.bool_], direction: Direction, tolerance: Tolerance
) -> NDArray[np.bool_]:
    gains = values if direction == "higher" else -values
    measured = alive & ~np.isnan(gains)
    best = np.where(measured, gains, -np.inf).max(axis=1, initial=-np.inf, keepdims=True)
    finite = np.where(np.isfinite(best), best, 0.0)
    # rounding must not throw out who is off by exactly the tolerance: 0.85 - 0.845 is a little more than 0.005
    slip = 1e-12 * np.abs(finite) * (tolerance.size > 0)
    allowed = tolerance.size * (np.abs(finite) if tolerance.relative else np.ones_like(finite)) + slip
    with np.errstate(invalid="ignore"):
        within = measured & (gains >= best - allowed)
    return np.where(measured.any(axis=1, keepdims=True), within, alive)


def first_difference(chosen: Sequence[float], rival: Sequence[float], order: Order) -> int | None:
    """Return the most important preferred quality in which one candidate beats another beyond the tolerance.

    Args:
        chosen: Values of the one, one a compared quality.
        rival: Values of the other.
        order: Directions and tolerances.

    Returns:
        Index of the quality; None where every difference is within its tolerance or the other way.
    """
    both = np.array([[chosen, rival]], dtype=np.float64)
    for quality, tolerance in enumerate(order.tolerances):
        left = _step(both[..., quality], np.ones((1, 2), dtype=np.bool_), order.directions[quality], tolerance)
        if left.tolist() == [[True, False]]:
            return quality
    return None
