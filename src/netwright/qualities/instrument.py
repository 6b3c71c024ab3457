"""An instrument: a module that measures, when it may, and whether every study uses it."""

from dataclasses import dataclass
from typing import Literal

from netwright.records.quality import Quality

Moment = Literal["trial", "alone", "study"]
"""When an instrument measures: in the trial's process; on a machine where nothing else runs; over all seeds."""


@dataclass(frozen=True)
class Instrument:
    """A module that measures one or more qualities.

    Args:
        module: Dotted name of a module with `measure(evidence) -> tuple[Found, ...]`; at the moment `study` the
            evidence is a `netwright.qualities.seeds.Seeds`, else a `netwright.qualities.evidence.Evidence`.
        moment: When it measures.
        standard: Whether every study measures it, or only one that names one of its qualities.
        qualities: What it measures, in the order in which `measure` answers.
    """

    module: str
    moment: Moment
    standard: bool
    qualities: tuple[Quality, ...]
