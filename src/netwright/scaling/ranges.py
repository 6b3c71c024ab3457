"""Feasible and optimal range: the training sizes at which a candidate does what is asked, and is worth its data."""

from collections.abc import Callable, Sequence
from math import inf, isnan, prod

import numpy as np

from netwright.records.curve import EXTRAPOLATION_LIMIT
from netwright.records.scalability import Range
from netwright.scaling.requirement import Requirement, margin
from netwright.scaling.suitable import SURE

_STEPS = 8
_HALVINGS = 40


def feasible_range(requirements: Sequence[Requirement], measured: tuple[int, int]) -> tuple[Range | None, str]:
    """Return the sizes at which all requirements hold with probability 0.9.

    P(all hold) is the product of their probabilities: the laws of accuracy, time and memory are fitted apart, and
    time and processor time, which rise together, then count as more doubtful than they are. Nothing is claimed below
    the smallest measured size, nor beyond 8 times the largest; a range that still goes on there has no upper end.
    Where several stretches hold, the one around the most probable size is taken.

    Args:
        requirements: One a constraint; with none, every size is feasible.
        measured: Smallest and largest measured size.

    Returns:
        The range and an empty text; or None and a text that names the binding constraint and how far it is missed, at
        the size where most is met.

    Source: the scalability paper, table IV, "feasible range", which it states without a definition.

    >>> feasible_range([], (125, 2000))
    (Range(low=125.0, high=inf, binding='', extrapolated=True), '')
    """
    first, limit = float(measured[0]), EXTRAPOLATION_LIMIT * measured[1]
    unknown = [each for each in requirements if isnan(each.probability(first))]
    if unknown:
        return None, unknown[0].tell(first)
    steps = int(np.ceil(_STEPS * np.log2(limit / first)))
    sizes = np.geomspace(first, limit, steps + 1).tolist()
    together = [_together(requirements, n) for n in sizes]
    best = int(np.argmax(together))
    if together[best] < SURE:
        return None, _why_empty(requirements, sizes, together[best])
    lower = next((i for i in range(best, -1, -1) if together[i] < SURE), None)
    upper = next((i for i in range(best, len(sizes)) if together[i] < SURE), None)

    def holds(n: float) -> bool:
        return _together(requirements, n) >= SURE

    low = first if lower is None else _edge(holds, sizes[lower + 1], sizes[lower])
    high = inf if upper is None else _edge(holds, sizes[upper - 1], sizes[upper])
    binding = "" if upper is None else min(requirements, key=lambda each: each.probability(sizes[upper])).text
    return Range(low=low, high=high, binding=binding, extrapolated=high > measured[1]), ""


def optimal_range(feasible: Range | None, suitable: float, saturated: float, measured: int) -> tuple[Range | None, str]:
    """Return the feasible sizes from the suitable one to the saturated one.

    Args:
        feasible: The feasible range, None where it is empty.
        suitable: Suitable size, infinite where there is none.
        saturated: Size from which one more doubling gains too little.
        measured: Largest measured size.

    Returns:
        The range and an empty text; or None and a text that says what leaves it empty.

    Source: the scalability paper, table IV, "optimal range", which it states without a definition.

    >>> optimal_range(Range(low=100, high=900), 200, 500, 1000)
    (Range(low=200.0, high=500.0, binding='saturation', extrapolated=False), '')
    """
    if feasible is None:
        return None, "no size is feasible"
    if suitable == inf:
        return None, "no size within what may be extrapolated is known to reach the target error"
    low, high = max(feasible.low, suitable), min(feasible.high, saturated)
    if low > high:
        wanted = f"the target error takes n = {low:.0f}" if low == suitable else f"it is feasible from n = {low:.0f}"
        ended = f"it is saturated from n = {high:.0f}" if high == saturated else f"it is feasible up to n = {high:.0f}"
        return None, f"{wanted}, but {ended}"
    binding = feasible.binding if high == feasible.high else "saturation"
    return Range(low=low, high=high, binding=binding, extrapolated=high > measured), ""


def _together(requirements: Sequence[Requirement], n: float) -> float:
    return prod(each.probability(n) for each in requirements)


def _edge(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    for _ in range(_HALVINGS):
        middle = (inside * outside) ** 0.5
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
        if abs(outside / inside - 1) < 1e-9:
            break
    return inside


def _why_empty(requirements: Sequence[Requirement], sizes: Sequence[float], best: float) -> str:
    # where most is met: the size at which the worst constraint is missed by the least, in units of its bound
    def worst(n: float) -> Requirement:
        return min(requirements, key=lambda each: (each.probability(n), margin(each, n)))

    n = max(sizes, key=lambda size: (_together(requirements, size), margin(worst(size), size)))
    binding = worst(n)
    others = f"; all constraints together hold with probability {best:.2f} at most" if len(requirements) > 1 else ""
    return f"{binding.tell(n)} at n = {n:.0f}, where most is met{others}"
