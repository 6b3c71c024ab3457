"""Where the number of active neurons narrows and widens again."""

from collections.abc import Sequence
from itertools import groupby

from netwright.records.delivery_graph import Funnel


def funnels_of(counts: Sequence[int]) -> tuple[Funnel, ...]:
    """Return the valleys of the counts: layers where they fall and then rise.

    A funnel begins at the last layer before the counts fall, and ends at the first one from which they rise no further;
    equal neighbours count as one. One layer may end a funnel and begin the next.

    Source: "Anatomy and Structured Pruning of Large Language Models", section 5.2 (thinking and rethinking).

    Args:
        counts: Active neurons of each layer.

    Returns:
        The funnels, from the first layer to the last.

    >>> [(funnel.layers, funnel.counts) for funnel in funnels_of([9, 9, 8, 3, 5, 4, 6, 1])]
    [((1, 3, 4), (9, 3, 5)), ((4, 5, 6), (5, 4, 6))]
    """
    levels = [[layer for layer, _ in level] for _, level in groupby(enumerate(counts), key=lambda pair: pair[1])]
    heights = [counts[level[0]] for level in levels]
    found = []
    for at in range(1, len(levels) - 1):
        if heights[at - 1] > heights[at] < heights[at + 1]:
            first, last = levels[_climb(heights, at, -1)][-1], levels[_climb(heights, at, +1)][0]
            layers = (first, levels[at][0], last)
            found.append(Funnel(layers=layers, counts=tuple(counts[layer] for layer in layers)))
    return tuple(found)


def _climb(heights: Sequence[int], at: int, step: int) -> int:
    """Return where heights stop rising in one direction."""
    while 0 <= at + step < len(heights) and heights[at + step] > heights[at]:
        at += step
    return at
