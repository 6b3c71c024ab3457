"""The choice: who is chosen, who comes next, how often the draws say the same, and each step in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.selection.comparison import Comparison
from netwright.selection.lexicographic import survivors, winners
from netwright.selection.wording import figure, listed, stated, tolerated


@dataclass(frozen=True)
class Choice:
    """Who is chosen.

    Args:
        chosen: The candidate; None where no candidate may be chosen.
        fallback: Who is chosen without it; None where nobody is left.
        wins: Share of joint draws in which the choice among those that meet the constraints falls on `chosen`.
        ranking: The steps of the choice, in words.
    """

    chosen: str | None
    fallback: str | None
    wins: float
    ranking: tuple[str, ...]


def choose_lexicographically(comparison: Comparison) -> Choice:
    """Return the choice among the eligible candidates.

    Args:
        comparison: The comparison.

    Returns:
        The choice, with its fallback: who would be chosen if the chosen one were not there.
    """
    if not comparison.eligible.any():
        return Choice(None, None, 0.0, ())
    table = comparison.values[None]
    first = int(winners(table, comparison.eligible[None], comparison.order)[0])
    others = comparison.eligible.copy()
    others[first] = False
    second = int(winners(table, others[None], comparison.order)[0])
    in_draws = winners(comparison.draws, comparison.eligible & comparison.holds, comparison.order)
    names = comparison.names
    return Choice(
        chosen=names[first],
        fallback=names[second] if second >= 0 else None,
        wins=float(np.mean(in_draws == first)),
        ranking=_explain(comparison, names, first),
    )


def _explain(comparison: Comparison, names: Sequence[str], chosen: int) -> tuple[str, ...]:
    steps = survivors(comparison.values[None], comparison.eligible[None], comparison.order)
    texts = [_start(comparison, names)]
    before = comparison.eligible
    for quality in range(len(comparison.order.tolerances)):
        after = steps[quality][0]
        if before.sum() > 1:
            texts.append(_step(comparison, names, quality, before, after))
        before = after
    if before.sum() > 1:
        tied = listed([names[i] for i in _rows(before)])
        equal = steps[-1][0].sum() > 1
        how = "the order of the scenario decides" if equal else "the plain values decide, in the same order"
        texts.append(f"tie: {tied} differ by less than what counts in every preferred quality; {how}")
    return (*texts, f"chosen: {names[chosen]}")


def _start(comparison: Comparison, names: Sequence[str]) -> str:
    may = [names[i] for i in _rows(comparison.eligible)]
    if comparison.provisional:
        return f"no candidate is sure to meet every constraint; among the undecided: {listed(may)}"
    return f"may be chosen: {listed(may)}"


def _step(
    comparison: Comparison, names: Sequence[str], column: int, before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> str:
    quality, tolerance = comparison.qualities[column], comparison.order.tolerances[column]
    values = comparison.values[:, column]
    left = _rows(after)
    if np.isnan(values[left]).all():
        return f"{quality.name}: not measured on {listed([names[i] for i in left])}, so it decides nothing"
    sign = 1.0 if quality.direction == "higher" else -1.0
    best = left[int(np.nanargmax(sign * values[left]))]
    stay = [f"{names[i]} ({figure(values[i], quality.unit)})" for i in left if i != best]
    out = [_out(names[i], values[i], quality.unit) for i in _rows(before & ~after)]
    margin = tolerated(tolerance, quality.unit)
    measurement = comparison.contenders[best].pooled[quality.name].measurement
    text = f"{quality.name}: {names[best]} is best with {stated(measurement)}"
    text += f"; within {margin} of it: {listed(stay)}" if stay else f"; nobody else is within {margin} of it"
    return f"{text}; out: {listed(out)}" if out else text


def _rows(which: NDArray[np.bool_]) -> list[int]:
    return [int(row) for row in np.flatnonzero(which)]


def _out(name: str, value: float, unit: str) -> str:
    return f"{name} (not measured)" if np.isnan(value) else f"{name} ({figure(value, unit)})"
