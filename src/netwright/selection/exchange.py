"""Exchange rates: what one more unit of the most preferred quality costs in each other one, step by step."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from netwright.records.measurement import LEVEL
from netwright.records.quality import Quality
from netwright.records.tradeoff import Exchange
from netwright.selection.pareto import pareto_front


def exchanges(
    names: Sequence[str],
    qualities: Sequence[Quality],
    values: NDArray[np.float64],
    draws: NDArray[np.float64],
) -> tuple[Exchange, ...]:
    """Return the exchange rates along the front, from the most preferred quality to each other one.

    For each price, the members that nobody beats in both gain and price stand in a row, each better and dearer than
    the next. Between neighbours, rate = what gets worse / what gets better. Its interval is that of the joint draws;
    a draw in which the step buys nothing and yet costs has an infinite rate, one in which it costs nothing a rate of
    0 or less.

    Args:
        names: The front's members.
        qualities: The compared qualities, the one to gain first.
        values: Pooled values, (members, qualities).
        draws: Joint draws, (draws, members, qualities).

    Returns:
        The steps, by price, the best in gain first; none where a quality was not measured on two members.
    """
    found: list[Exchange] = []
    signs = np.array([1.0 if quality.direction == "higher" else -1.0 for quality in qualities])
    for price in range(1, len(qualities)):
        pair = values[:, [0, price]] * signs[[0, price]]
        row = np.flatnonzero(pareto_front(pair, ["higher", "higher"]))
        row = row[np.lexsort((row, -pair[row, 0]))]
        for one, other in pairwise(row.tolist()):
            gained, paid = pair[one, 0] - pair[other, 0], pair[other, 1] - pair[one, 1]
            if gained > 0:  # equals have nothing to exchange
                steps = draws[:, one] - draws[:, other]
                rates = np.sort(_rates(steps[:, 0] * signs[0], -steps[:, price] * signs[price]))
                # no interpolation: an infinite neighbour would make the quantile meaningless
                ends = [float(rates[ceil(share * len(rates)) - 1]) for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]
                rate = float(paid / gained)
                found.append(
                    Exchange(
                        better=names[one],
                        worse=names[other],
                        gain=qualities[0].name,
                        gained=float(gained),
                        price=qualities[price].name,
                        paid=float(paid),
                        rate=(rate, min(rate, ends[0]), max(rate, ends[1])),
                    )
                )
    return tuple(found)


def _rates(gained: NDArray[np.float64], paid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return paid/gained; where the step gains nothing, infinite if it costs and 0 if it does not."""
    rates = np.where(paid > 0, np.inf, 0.0)
    np.divide(paid, gained, out=rates, where=gained > 0)
    return rates
