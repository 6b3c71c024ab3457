"""A modification search: changes of a candidate that were tried, and what they brought."""

from typing import Literal

from pydantic import Field

from netwright.records.candidate import Candidate
from netwright.records.measurement import Measurement
from netwright.records.record import Record, Rows
from netwright.records.trial import Outcome
from netwright.records.units import format_quantity

ChangeKind = Literal["layers", "values", "which"]
"""What a proposal changes: how many layers, the values of hyper-parameters, or which hyper-parameters are used."""


class Attempt(Record):
    """One proposal of a search and its score, which never comes from test samples.

    Args:
        number: Counted from 0; 0 is the hand-written candidate.
        kind: What it changes; None for the hand-written candidate.
        candidate: The candidate as proposed.
        changes: Option or recipe key -> new value, in words.
        outcome: How its trial ended.
        score: Accuracy on the validation samples; NaN where there is none.
        cost: The figure that is to shrink: floating-point operations of one image; NaN where there is none.
        epochs: Epochs that were trained.
        stopped: Why it was stopped early; empty where it was not.
        cpu_seconds: Processor time of its training.
        indices: Hyper-parameter -> index among the values that the search knows.
    """

    number: int
    kind: ChangeKind | None
    candidate: Candidate
    changes: dict[str, str]
    outcome: Outcome
    score: float
    cost: float
    epochs: int = 0
    stopped: str = ""
    cpu_seconds: float = 0.0
    indices: dict[str, int] = Field(default_factory=dict)


class Effect(Record):
    """How much of the variation of accuracy one hyper-parameter explains (parametric tuning, sensitivity).

    Args:
        parameter: Its name.
        share: Share of the variance of accuracy over the tried proposals, 0 to 1.
        low: Lower end of the 90% interval.
        high: Upper end.
        slope: Accuracy for one step up in the order of its values.
        n: From how many proposals.
    """

    parameter: str
    share: float
    low: float
    high: float
    slope: float
    n: int


class Comparison(Record):
    """A found variant beside the hand-written candidate, both trained anew with every seed and tested.

    Args:
        variant: The variant.
        changes: What was changed, in words.
        hand_written: Measurements of the hand-written candidate, pooled over seeds.
        found: The same of the variant.
        probability_dominates: P(the variant is at least as good in every compared quality and better in one).
        dominates: Whether that is at least 0.9.
    """

    variant: Candidate
    changes: dict[str, str]
    hand_written: tuple[Measurement, ...]
    found: tuple[Measurement, ...]
    probability_dominates: float
    dominates: bool


class Search(Record):
    """A whole search.

    Args:
        base: Name of the hand-written candidate.
        budget: Proposals that were allowed.
        size: Training samples of each proposal.
        attempts: Every proposal, in order.
        comparison: The best variant beside the base; None where no proposal was better.
        effects: Sensitivity of accuracy to each hyper-parameter.
        cpu_seconds: Processor time of all trainings of the search.
    """

    base: str
    budget: int
    size: int
    attempts: tuple[Attempt, ...]
    comparison: Comparison | None = None
    effects: tuple[Effect, ...] = ()
    cpu_seconds: float = 0.0

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return the hand-written candidate beside the variant, one row a quality; one row where nothing was better."""
        tried = f"{len(self.attempts)} of {self.budget + 1} trainings"
        if self.comparison is None:
            return ("search", "tried", "found"), [(self.base, tried, "nothing that scored more at no higher cost")]
        beside = {measured.quality: measured for measured in self.comparison.found}
        rows: Rows = [
            (measured.quality, _stated(measured), _stated(beside[measured.quality]))
            for measured in self.comparison.hand_written
            if measured.quality in beside
        ]
        changes = ", ".join(f"{key} {value}" for key, value in self.comparison.changes.items())
        rows.append(("P(dominates)", "", f"{self.comparison.probability_dominates:.2f} after {tried}"))
        return ("quality", self.base, f"with {changes}"), rows


def _stated(measured: Measurement) -> str:
    value, low, high = (format_quantity(x, measured.unit) for x in (measured.value, measured.low, measured.high))
    return value if low == high else f"{value} ({low} to {high})"
