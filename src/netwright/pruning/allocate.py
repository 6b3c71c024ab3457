"""Choosing one width a place, so that what goes costs least and what stays fits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BINS = 4000
"""Parts that the room above the least weight is divided into."""
ROUNDING = 1e-9
"""Share of a weight that may come from rounding."""


@dataclass(frozen=True, eq=False)
class Ladder:
    """The widths that a place may take, the widest first.

    Args:
        widths: int64 (r,), units that stay, falling.
        cost: float64 (r,), of all units that went; 0 at the first.
        weight: float64 (r,), of what stays: parameters, bytes, FLOPs or seconds.
    """

    widths: NDArray[np.int64]
    cost: Floats
    weight: Floats


def least_weight(ladders: Sequence[Ladder]) -> float:
    """Return the weight that no choice of widths can go below."""
    return float(sum(ladder.weight.min() for ladder in ladders))


def cheapest_by_density(ladders: Sequence[Ladder], most: float) -> list[int]:
    """Return widths whose weights add up to `most` at most, by taking the steps of least cost for their weight.

    Steps are taken in the order of cost / weight until the sum fits; then the last ones that turn out not to be needed
    are taken back. It is the best choice where all steps weigh the same; else it costs less than one step more than the
    best one.

    Args:
        ladders: One a place; within each, cost / weight of the steps never falls.
        most: At least `least_weight`.

    Returns:
        One width a place.

    Source: Dantzig 1957, "Discrete-Variable Extremum Problems" (the fractional knapsack).

    >>> ladder = Ladder(np.array([2, 1, 0]), np.array([0.0, 1.0, 5.0]), np.array([2.0, 1.0, 0.0]))
    >>> flat = Ladder(np.array([2, 1, 0]), np.array([0.0, 2.0, 4.0]), np.array([2.0, 1.0, 0.0]))
    >>> cheapest_by_density([ladder, flat], 2.0)
    [1, 1]
    """
    steps = [(np.diff(ladder.cost), -np.diff(ladder.weight)) for ladder in ladders]
    place = np.concatenate([np.full(len(cost), at) for at, (cost, _) in enumerate(steps)])
    cost = np.concatenate([cost for cost, _ in steps])
    weight = np.concatenate([weight for _, weight in steps])
    density = np.full(len(cost), np.inf)
    np.divide(cost, weight, out=density, where=weight > 0)
    order = np.argsort(density, kind="stable")
    excess = sum(float(ladder.weight[0]) for ladder in ladders) - most
    saved = np.cumsum(weight[order])
    slack = ROUNDING * max(abs(most), 1.0)
    needed = int(np.searchsorted(saved, excess - slack)) + 1 if excess > slack else 0
    taken = order[:needed].tolist()
    spare = float(saved[min(needed, len(saved)) - 1]) - excess if needed else 0.0
    rungs = np.bincount(place[taken], minlength=len(ladders))
    closed: set[int] = set()
    for step in reversed(taken):
        at = int(place[step])
        # only the last step of a place can be taken back
        if at not in closed and cost[step] > 0 and weight[step] <= spare + slack:
            spare -= float(weight[step])
            rungs[at] -= 1
        else:
            closed.add(at)
    return [int(ladder.widths[rung]) for ladder, rung in zip(ladders, rungs, strict=True)]


def cheapest_exactly(ladders: Sequence[Ladder], most: float, bins: int = BINS) -> list[int]:
    """Return the widths of least cost whose weights add up to `most` at most, by dynamic programming.

    The room above the least weight is divided into bins and each weight rounded up to whole ones: the sum never
    exceeds `most`, and the choice is the best one of those that fit with their weights so rounded. Costs and weights
    may rise and fall as they like.

    Args:
        ladders: One a place.
        most: At least `least_weight`.
        bins: Parts of the room; with more of them, less of it is lost to rounding (at most a bin a place).

    Returns:
        One width a place.

    Source: Kellerer, Pferschy and Pisinger 2004, "Knapsack Problems", section 11.5 (multiple-choice knapsack).

    >>> ladder = Ladder(np.array([2, 1, 0]), np.array([0.0, 3.0, 4.0]), np.array([5.0, 2.0, 1.0]))
    >>> cheapest_exactly([ladder, ladder], 6.0)
    [0, 2]
    """
    room = max(most - least_weight(ladders), 0.0)
    best = np.zeros(bins + 1)
    choices = []
    for ladder in ladders:
        taken = _bins_taken(ladder, room, bins)
        candidates = np.full((len(taken), bins + 1), np.inf)
        for rung, size in enumerate(taken):
            if size <= bins:
                candidates[rung, size:] = best[: bins + 1 - size] + ladder.cost[rung]
        choices.append(candidates.argmin(axis=0))
        best = candidates.min(axis=0)
    at, widths = bins, []
    for ladder, choice in zip(reversed(ladders), reversed(choices), strict=True):
        rung = int(choice[at])
        widths.append(int(ladder.widths[rung]))
        at -= int(_bins_taken(ladder, room, bins)[rung])
    return widths[::-1]


def _bins_taken(ladder: Ladder, room: float, bins: int) -> NDArray[np.int64]:
    above = ladder.weight - ladder.weight.min()
    if room <= 0:
        return np.where(above > 0, bins + 1, 0)
    # what does not fit at all is cut, so that no quotient overflows
    share = np.minimum(above / room, 2.0)
    bins_up: NDArray[np.int64] = np.ceil(share * bins * (1 - ROUNDING)).astype(np.int64)
    return bins_up
