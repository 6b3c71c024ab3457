"""Every instrument with the qualities it measures; read without torch, which an instrument loads when it is used."""

from collections.abc import Collection
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from netwright.qualities.definitions import (
    confidence,
    correctness,
    expenses,
    fairness,
    footprint,
    interpretability,
    robustness,
    speed,
    stability,
    training,
)
from netwright.qualities.instrument import Instrument, Moment
from netwright.records.errors import InputError, nearest
from netwright.records.measurement import Measurement, NotMeasured
from netwright.records.quality import Quality

if TYPE_CHECKING:
    from netwright.qualities.evidence import Evidence
    from netwright.qualities.seeds import Seeds

INSTRUMENTS: tuple[Instrument, ...] = (
    *correctness.INSTRUMENTS,
    *confidence.INSTRUMENTS,
    *robustness.INSTRUMENTS,
    *fairness.INSTRUMENTS,
    *stability.INSTRUMENTS,
    *speed.INSTRUMENTS,
    *footprint.INSTRUMENTS,
    *training.INSTRUMENTS,
    *expenses.INSTRUMENTS,
    *interpretability.INSTRUMENTS,
)
"""Every instrument, concern by concern."""

QUALITIES: tuple[Quality, ...] = tuple(quality for instrument in INSTRUMENTS for quality in instrument.qualities)
"""Every quality, in the order of reports."""


class Measured(NamedTuple):
    """What the instruments of one moment answered.

    Args:
        measurements: What was measured, in the order of the catalog.
        not_measured: What was asked for and does not apply, or cannot be seen here, each with its reason.
    """

    measurements: tuple[Measurement, ...]
    not_measured: tuple[NotMeasured, ...]


def find_quality(name: str) -> Quality:
    """Return the quality of a name.

    Args:
        name: Such as `latency.p99`.

    Returns:
        Its record.

    Raises:
        InputError: There is none of that name; the message names the nearest.

    >>> find_quality("latency.p99").unit
    's'
    """
    for quality in QUALITIES:
        if quality.name == name:
            return quality
    known = [quality.name for quality in QUALITIES]
    raise InputError(f"there is no quality {name!r}. {nearest(name, known)}")


def instruments_for(moment: Moment, wanted: Collection[str] = ()) -> tuple[Instrument, ...]:
    """Return the instruments that measure at a moment: the standard ones, and those that somebody asked for.

    Args:
        moment: When they measure.
        wanted: Names of qualities; those of other moments change nothing.

    Returns:
        The instruments, in the order of the catalog.

    >>> [one.module.rpartition(".")[2] for one in instruments_for("alone", ["cost.predictions", "accuracy"])]
    ['latency', 'throughput', 'prediction_cost']
    """
    now = (instrument for instrument in INSTRUMENTS if instrument.moment == moment)
    return tuple(one for one in now if one.standard or any(quality.name in wanted for quality in one.qualities))


def measure_all(evidence: "Evidence | Seeds", moment: Moment, wanted: Collection[str] = ()) -> Measured:
    """Return everything that the instruments of one moment say.

    Args:
        evidence: A trained model with its predictions and cost; at the moment `study`, a candidate's trials.
        moment: `trial`, `alone` (nothing else runs on this machine) or `study`.
        wanted: Qualities that are measured beside the standard ones.

    Returns:
        What was measured, and what could not be.
    """
    chosen = instruments_for(moment, wanted)
    answers = [answer for one in chosen for answer in import_module(one.module).measure(evidence)]
    return Measured(
        measurements=tuple(answer for answer in answers if isinstance(answer, Measurement)),
        not_measured=tuple(answer for answer in answers if isinstance(answer, NotMeasured)),
    )
