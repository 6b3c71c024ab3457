"""Settlements: how many seeds would settle each constraint that is undecided."""

from collections.abc import Sequence
from math import inf

from netwright.records.tradeoff import Settlement
from netwright.selection.constraints import seeds_to_settle
from netwright.selection.standing import Standing


def settlements(standings: Sequence[Standing]) -> tuple[Settlement, ...]:
    """Return what would settle the undecided constraints (see `seeds_to_settle`).

    Args:
        standings: The candidates.

    Returns:
        One an undecided constraint; of one that was not measured, no seeds now and infinitely many needed.
    """
    found = []
    for standing in standings:
        for verdict in standing.undecided():
            pooled = standing.pooled.get(verdict.quality)
            found.append(
                Settlement(
                    candidate=standing.name,
                    quality=verdict.quality,
                    probability=verdict.probability,
                    seeds=0 if pooled is None else pooled.measurement.n,
                    needed=inf if pooled is None else seeds_to_settle(verdict, pooled),
                )
            )
    return tuple(found)
