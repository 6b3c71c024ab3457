"""The flip: the smallest change of weights that makes another candidate win."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.selection.utility import weighted


@dataclass(frozen=True)
class Change:
    """A change of weights at which another candidate draws level with the winner.

    Args:
        winner: Who has the largest weighted utility as it is.
        other: Who draws level.
        weights: The weights at which it does.
        moved: Half the sum of the absolute changes: the share of weight that moves.
    """

    winner: int
    other: int
    weights: NDArray[np.float64]
    moved: float


def smallest_change(
    utilities: NDArray[np.float64], weights: NDArray[np.float64], may_win: NDArray[np.bool_]
) -> Change | None:
    """Return the smallest change of weights that makes another candidate win.

    For a rival with the advantages d_q = u_q(rival) - u_q(winner), the linear programme min 1/2 sum |v - w| subject to
    v >= 0, sum v = 1, v d >= 0 has a closed form: weight goes to the quality with the largest d, and comes from the
    one with the smallest d first, then from the next, until v d = 0 (a fractional knapsack). It has no solution where
    the rival is ahead in no quality. The smallest of all rivals' changes is the answer: until then the winner is ahead.

    Source: the distance to the weights that change a ranking, Wolters and Mareschal 1995, "Novel types of sensitivity
    analysis for additive MCDM methods".

    Args:
        utilities: (candidates, qualities); who was not measured in a quality takes no part.
        weights: One a quality, summing to 1.
        may_win: Which candidates may win, (candidates,).

    Returns:
        The change; None where fewer than two may win or no weights make another one win. Where another one is level
        already, nothing moves.

    >>> change = smallest_change(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.7, 0.3]), np.array([True, True]))
    >>> change.other, change.weights.round(6).tolist(), round(change.moved, 6)
    (1, [0.5, 0.5], 0.2)
    """
    rows = np.flatnonzero(may_win & ~np.isnan(utilities).any(axis=1))
    if len(rows) < 2 or not len(weights):
        return None
    totals = weighted(utilities[rows], weights)
    winner = int(rows[totals.argmax()])
    changes = [_against(utilities, weights, winner, int(rival)) for rival in rows if rival != winner]
    return min((change for change in changes if change is not None), key=lambda change: change.moved, default=None)


def _against(utilities: NDArray[np.float64], weights: NDArray[np.float64], winner: int, rival: int) -> Change | None:
    ahead = utilities[rival] - utilities[winner]
    target = int(ahead.argmax())
    missing = -float(weights @ ahead)
    changed = weights.copy()
    if missing <= 0:  # level already
        return Change(winner, rival, changed, 0.0)
    if ahead[target] < 0:
        return None
    for source in np.argsort(ahead, kind="stable"):
        gain = float(ahead[target] - ahead[source])
        if gain <= 0 or missing <= 0:
            break
        part = min(float(weights[source]), missing / gain)
        changed[source] -= part
        changed[target] += part
        missing -= part * gain
    return Change(winner, rival, changed, float(np.abs(changed - weights).sum()) / 2)
