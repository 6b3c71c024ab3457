"""Symmetries that a network's graph suggests, before numbers confirm them."""

from dataclasses import dataclass

from netwright.dynamics.family import Family
from netwright.records.symmetry import Absence


@dataclass(frozen=True)
class Proposals:
    """What one way of looking at a tape found.

    Args:
        families: Proposed, not yet confirmed; their counts and places are final, their residuals are not.
        absent: Places where a symmetry might be expected, with what breaks it there.
    """

    families: tuple[Family, ...] = ()
    absent: tuple[Absence, ...] = ()
