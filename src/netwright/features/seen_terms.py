"""The terms of every feature at one moment, from the events that are seen."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from netwright.features.aggregations.aggregation import Seen, Terms
from netwright.features.bound_view import BoundView

StoredRow = Sequence[int | str | None]
"""Time (microseconds), then the values of the view's columns; None where missing."""


def terms_of(bound: BoundView, rows: Sequence[StoredRow], at: int) -> list[Terms]:
    """Return the terms of each feature, as arrays of one value.

    Args:
        bound: The view.
        rows: The events that happened and arrived before the moment, within the longest window, the earliest first.
        at: The moment, microseconds since the epoch.

    Returns:
        One mapping a feature.
    """
    times: list[int] = [row[0] for row in rows]  # type: ignore[misc]
    places = {column.name: place + 1 for place, column in enumerate(bound.view.columns)}
    # features often share window and column: what they see is listed once
    seen: dict[tuple[int, str], Seen] = {}
    found: list[Terms] = []
    for one in bound.features:
        key = (one.window, one.column.name if one.column else "")
        if key not in seen:
            first = bisect_left(times, at - one.window)
            seen[key] = _seen(rows, times, first, places.get(key[1]))
        state = one.aggregation.state(seen[key])
        found.append({name: np.array([np.nan if term is None else float(term)]) for name, term in state.items()})
    return found


def _seen(rows: Sequence[StoredRow], times: list[int], first: int, place: int | None) -> Seen:
    if place is None:
        return Seen(len(times) - first, times[first:], [])
    known = [(row[0], row[place]) for row in rows[first:] if row[place] is not None]
    return Seen(len(times) - first, [time for time, _ in known], [value for _, value in known])  # type: ignore[misc, arg-type]
