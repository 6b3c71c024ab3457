"""Constraints: does a candidate meet a hard limit, given how sure its measurement is?"""

from collections.abc import Sequence
from math import ceil, inf, isfinite, isnan, log, nan
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from netwright.records.decision import Holds, Verdict
from netwright.records.quality import Quality
from netwright.records.scenario import Constraint
from netwright.selection.pool import Pooled

PASS = 0.95
"""A constraint is met where P(it holds) is at least this."""
FAIL = 0.05
"""A constraint is missed where P(it holds) is at most this; in between it is undecided."""


def judge(constraint: Constraint, quality: Quality, pooled: Pooled | None) -> Verdict:
    """Return whether a candidate meets a constraint.

    P(holds) is the share of the candidate's draws on the right side of the bound: at least 0.95 passes, at most 0.05
    fails, anything between is undecided. What was not measured is undecided, with NaN for value and probability.

    Args:
        constraint: The limit.
        quality: What it limits.
        pooled: The candidate's pooled measurement; None where there is none.

    Returns:
        The verdict.
    """
    value, slack, probability = nan, nan, nan
    if pooled is not None:
        value = pooled.measurement.value
        slack = value - constraint.bound if constraint.relation == ">=" else constraint.bound - value
        probability = float(np.mean(meets(constraint, pooled.draws)))
    return Verdict(
        quality=constraint.quality,
        relation=constraint.relation,
        bound=constraint.bound,
        unit=quality.unit,
        value=value,
        slack=slack,
        probability=probability,
        holds=_holds(probability),
        text=constraint.text,
    )


def meets(constraint: Constraint, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which values meet a constraint.

    Args:
        constraint: The limit.
        values: Values in the base unit, (n,).

    Returns:
        True where it holds, (n,).

    >>> meets(Constraint(quality="accuracy", relation=">=", bound=0.8, text=">= 0.80"), np.array([0.79, 0.8])).tolist()
    [False, True]
    """
    return values >= constraint.bound if constraint.relation == ">=" else values <= constraint.bound


def overall(verdicts: Sequence[Verdict]) -> Holds:
    """Return one verdict for all constraints: fail if one fails, else undecided if one is, else pass.

    Args:
        verdicts: One a constraint.

    Returns:
        pass, fail or undecided.

    >>> overall([])
    'pass'
    """
    found = {verdict.holds for verdict in verdicts}
    if "fail" in found:
        return "fail"
    return "undecided" if "undecided" in found else "pass"


def binding(verdicts: Sequence[Verdict]) -> Verdict | None:
    """Return the constraint that is hardest to meet: the least probable one, among equals the one with least slack.

    Slack is compared in units of the bound. What was not measured binds only where nothing else was.

    Args:
        verdicts: One a constraint.

    Returns:
        The verdict; None where there is no constraint.
    """
    measured = [verdict for verdict in verdicts if not isnan(verdict.probability)]
    if not measured:
        return verdicts[0] if verdicts else None
    return min(measured, key=lambda verdict: (verdict.probability, relative_slack(verdict)))


def relative_slack(verdict: Verdict) -> float:
    """Return the slack in units of the bound (in base units where the bound is 0).

    Args:
        verdict: A verdict.

    Returns:
        The slack; negative where the limit is missed, NaN where nothing was measured.
    """
    return verdict.slack / (abs(verdict.bound) or 1.0)


def seeds_to_settle(verdict: Verdict, pooled: Pooled) -> float:
    """Return how many seeds in all would settle an undecided constraint, if the estimate stays where it is.

    The smallest n with gap >= z sqrt(s^2 / n + w^2), z the 95% quantile of the normal distribution, gap the distance
    from estimate to bound, s the seed spread and w the sampling spread (all on the working scale of `pool`).

    Args:
        verdict: The constraint.
        pooled: The candidate's pooled measurement.

    Returns:
        Seeds in all, more than there are; infinite where w alone is too large, so that no number of seeds would do.
    """
    bound = _working(verdict.bound, pooled.logarithmic)
    gap = abs(pooled.centre - bound) / NormalDist().inv_cdf(PASS)
    room = gap**2 - pooled.sampling_spread**2
    if not isfinite(gap) or room <= 0:
        return inf
    return max(pooled.measurement.n + 1, ceil(pooled.seed_spread**2 / room))


def _holds(probability: float) -> Holds:
    if probability >= PASS:
        return "pass"
    return "fail" if probability <= FAIL else "undecided"


def _working(value: float, logarithmic: bool) -> float:
    if not logarithmic:
        return value
    return log(value) if value > 0 else -inf
