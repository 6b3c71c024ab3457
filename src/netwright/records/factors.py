"""The factors of the scalability paper's table II, as a study recorded them."""

from pydantic import Field

from netwright.records.backend import BackendRun
from netwright.records.complexity import ComplexityCheck
from netwright.records.consistency import Consistency
from netwright.records.gain import Gain
from netwright.records.growth import Growth
from netwright.records.load import Load
from netwright.records.record import Record
from netwright.records.recovery import Recovery
from netwright.records.scalability import Scalability


class CandidateFactors(Record):
    """One candidate's factors; what could not be had is None or empty.

    Args:
        candidate: The candidate.
        complexity: Predicted before training, checked after.
        recovery: Crash and recovery.
        backends: The trained model under each backend.
        consistency: Epoch consistency, one a size that was trained.
        time: The law of its training time.
        memory: The law of its training memory.
        load: The most loaded of its trials, trial id -> load.
        scalability: Its column of table IV.
    """

    candidate: str
    complexity: ComplexityCheck | None = None
    recovery: Recovery | None = None
    backends: tuple[BackendRun, ...] = ()
    consistency: tuple[Consistency, ...] = ()
    time: Growth | None = None
    memory: Growth | None = None
    load: dict[str, Load] = Field(default_factory=dict)
    scalability: Scalability | None = None


class Factors(Record):
    """All factors of a study.

    Args:
        candidates: One each, in the scenario's order.
        gains: What augmentation and given weights buy, at every size.
    """

    candidates: tuple[CandidateFactors, ...]
    gains: tuple[Gain, ...] = ()
