"""A study: a decision together with every trial behind it, which is what a report shows."""

from netwright.records.decision import Decision
from netwright.records.dynamics import Dynamics
from netwright.records.evaluation import Evaluation
from netwright.records.explanation import Explanations
from netwright.records.factors import Factors
from netwright.records.record import Record
from netwright.records.search import Search
from netwright.records.trial import TrialResult


class Study(Record):
    """A decision and its evidence.

    Args:
        decision: The decision.
        results: Every trial that ran, in the order of the design.
        command: The command line that repeats the study.
        factors: What was recorded beside the decision; None where it was not.
        searches: Modification searches that belong to it.
        dynamics: One watched training a candidate, where the scenario asked for it.
        evaluation: How the chosen candidate's best model answers; None where nothing was chosen.
        explanations: Where and when that model looks, for a few test samples; None where nobody looked.
    """

    decision: Decision
    results: tuple[TrialResult, ...]
    command: str = ""
    factors: Factors | None = None
    searches: tuple[Search, ...] = ()
    dynamics: tuple[Dynamics, ...] = ()
    evaluation: Evaluation | None = None
    explanations: Explanations | None = None
