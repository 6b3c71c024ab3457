"""A decision: which candidate, why, how sure, from which measurements, and when to look again."""

from typing import Literal

from pydantic import Field

from netwright.records.clause import Clause
from netwright.records.curve import Curve
from netwright.records.measurement import Measurement
from netwright.records.quality import Quality
from netwright.records.record import Record, Rows
from netwright.records.scenario import Relation, Scenario
from netwright.records.tradeoff import TradeOffs
from netwright.records.units import format_quantity

Holds = Literal["pass", "fail", "undecided"]
Status = Literal["chosen", "front", "dominated", "rejected"]


class Verdict(Record):
    """Whether a candidate meets a constraint.

    Args:
        quality: The quality that is limited.
        relation: `>=` or `<=`.
        bound: The limit, in the base unit.
        unit: The dimension.
        value: The candidate's estimate; NaN where it was not measured.
        slack: How far the estimate is on the right side, in the base unit (negative: on the wrong side).
        probability: P(the constraint holds), given the measurements.
        holds: pass / fail / undecided, from that probability.
        text: The limit as the scenario wrote it.
    """

    quality: str
    relation: Relation
    bound: float
    unit: str
    value: float
    slack: float
    probability: float
    holds: Holds
    text: str


class Assessment(Record):
    """What a study found out about one candidate.

    Args:
        name: The candidate.
        status: chosen; on the Pareto front; dominated; or rejected by a constraint or by failed trials.
        reason: Why, in one sentence, with the figures.
        measurements: Its qualities at the largest size, pooled over seeds; the first note of each says how.
        curve: Error against training samples; None where too few trials ended well.
        verdicts: One for each constraint.
        probability_front: P(it is on the Pareto front among those that meet the constraints).
        outcomes: Outcome -> how many of its trials ended so.
        evidence: Ids of the trials behind the measurements.
    """

    name: str
    status: Status
    reason: str
    measurements: tuple[Measurement, ...] = ()
    curve: Curve | None = None
    verdicts: tuple[Verdict, ...] = ()
    probability_front: float = 0.0
    outcomes: dict[str, int] = Field(default_factory=dict)
    evidence: tuple[str, ...] = ()

    def measured(self, quality: str) -> Measurement | None:
        """Return the measurement of a quality, or None where it was not measured."""
        return next((m for m in self.measurements if m.quality == quality), None)


class Trigger(Record):
    """A condition under which the decision should be taken anew; production monitors watch it.

    Args:
        text: The condition in words.
        quality: The quality it watches, None where it watches something else (data, load).
        relation: The decision stands while the quality is on this side ...
        bound: ... of this value, in the base unit.
        unit: The dimension.
        kind: What is watched; None in decisions of versions that did not say so.
        samples: The condition is true once more training samples than these are at hand.
    """

    text: str
    quality: str | None = None
    relation: Relation | None = None
    bound: float | None = None
    unit: str | None = None
    kind: Literal["quality", "samples", "drift", "hardware", "candidate"] | None = None
    samples: float | None = None


class Decision(Record):
    """The answer to a scenario, traceable to its measurements.

    Args:
        scenario: The question.
        scenario_hash: SHA-256 of the scenario's content.
        chosen: Name of the chosen candidate; None where no candidate may be chosen.
        summary: The decision in three sentences.
        candidates: One assessment each, in the scenario's order.
        ranking: The steps of the lexicographic choice, in words.
        assumptions: What the decision takes for granted.
        revisit_when: When to take it anew.
        qualities: What each measured quality means.
        fallback: The next-best candidate that may be chosen; None where there is none.
        tradeoffs: What is traded for what; None where fewer than two candidates contend.
        analysis: The decision in clauses, each tied to its measurements.
    """

    scenario: Scenario
    scenario_hash: str
    chosen: str | None
    summary: tuple[str, ...]
    candidates: tuple[Assessment, ...]
    ranking: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    revisit_when: tuple[Trigger, ...] = ()
    qualities: tuple[Quality, ...] = ()
    fallback: str | None = None
    tradeoffs: TradeOffs | None = None
    analysis: tuple[Clause, ...] = ()

    def assessment(self, name: str) -> Assessment:
        """Return what was found out about a candidate.

        Args:
            name: The candidate.

        Returns:
            Its assessment.

        Raises:
            KeyError: No candidate has that name.
        """
        found = next((a for a in self.candidates if a.name == name), None)
        if found is None:
            raise KeyError(f"no candidate {name!r}; there are {', '.join(a.name for a in self.candidates)}")
        return found

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a candidate: status, name, P(front), and the preferred and constrained qualities."""
        wanted = (*self.scenario.preferences.order, *(limit.quality for limit in self.scenario.constraints))
        names = tuple(dict.fromkeys(wanted))
        rows = [
            (a.status, a.name, f"{a.probability_front:.2f}", *(_stated(a.measured(name)) for name in names))
            for a in self.candidates
        ]
        return ("status", "candidate", "P(front)", *names), rows


def _stated(measured: Measurement | None) -> str:
    if measured is None:
        return "not measured"
    value, low, high = (format_quantity(x, measured.unit) for x in (measured.value, measured.low, measured.high))
    return value if low == high else f"{value} ({low} to {high})"
