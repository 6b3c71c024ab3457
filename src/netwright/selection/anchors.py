"""Anchors: the fixed values of each quality at which its utility is 0 and 1, whoever else is a candidate."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite, log10

import numpy as np
from numpy.typing import NDArray

from netwright.records.quality import Quality
from netwright.records.scenario import Scenario
from netwright.selection.standing import Standing

FROM_LIMITS = {"training_time": "time", "training_memory": "memory"}
"""Qualities that a limit of the scenario bounds, with that limit."""


@dataclass(frozen=True)
class Anchors:
    """The scale of utility.

    Args:
        worst: Where utility is 0, one a quality.
        best: Where it is 1, one a quality.
        given: Whether the scenario states all of them.
        sources: What each quality's anchors were read from, in words.
    """

    worst: NDArray[np.float64]
    best: NDArray[np.float64]
    given: bool
    sources: tuple[str, ...]

    def utilities(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (x - worst)/(best - worst): linear, also beyond the anchors.

        Args:
            values: (..., qualities).

        Returns:
            As many utilities.

        >>> Anchors(np.array([0.01]), np.array([0.0]), True, ("",)).utilities(np.array([[0.004], [0.02]])).tolist()
        [[0.6], [-1.0]]
        """
        scaled: NDArray[np.float64] = (values - self.worst) / (self.best - self.worst)
        return scaled


def anchors_of(qualities: Sequence[Quality], scenario: Scenario, standings: Sequence[Standing]) -> Anchors:
    """Return the anchors of the compared qualities, as far as possible without a look at the candidates.

    In this order: what the scenario states; worst, the bound of a constraint, best, the best possible value; worst,
    the worst possible value or the limit of a trial. Only where none of them is finite do the measurements set the
    scale, and then in powers of ten beyond all of them, so that a further candidate seldom moves it.

    A scale taken from the best and worst of the candidates at hand would let a candidate that nobody wants reverse the
    order of two others (rank reversal: Belton and Gear 1983, "On a short-coming of Saaty's method").

    Args:
        qualities: The compared qualities.
        scenario: The question.
        standings: All candidates, also the rejected ones.

    Returns:
        The anchors.
    """
    found = [_of_one(quality, scenario, standings) for quality in qualities]
    return Anchors(
        worst=np.array([worst for worst, _, _ in found], dtype=np.float64),
        best=np.array([best for _, best, _ in found], dtype=np.float64),
        given=all(quality.name in scenario.preferences.anchors for quality in qualities),
        sources=tuple(source for _, _, source in found),
    )


def _of_one(quality: Quality, scenario: Scenario, standings: Sequence[Standing]) -> tuple[float, float, str]:
    if quality.name in scenario.preferences.anchors:
        return *scenario.preferences.anchors[quality.name], "the scenario"
    higher = quality.direction == "higher"
    best, best_from = (quality.highest if higher else quality.lowest), "the best possible value"
    if not isfinite(best):
        best, best_from = _decade(quality, standings), "the power of ten beyond what was measured"
    for worst, worst_from in _worst(quality, scenario, standings):
        if isfinite(worst) and (worst < best if higher else worst > best):
            return worst, best, f"{worst_from} and {best_from}"
    # every measured value is the best possible one: any scale ranks them the same
    return best - 1.0 if higher else best + 1.0, best, best_from


def _worst(quality: Quality, scenario: Scenario, standings: Sequence[Standing]) -> list[tuple[float, str]]:
    """Return what may be the worst anchor, the first choice first."""
    relation = ">=" if quality.direction == "higher" else "<="
    limits = [limit for limit in scenario.constraints if (limit.quality, limit.relation) == (quality.name, relation)]
    found = [(limit.bound, f"the constraint {limit.text}") for limit in limits]
    found.append((quality.lowest if relation == ">=" else quality.highest, "the worst possible value"))
    if quality.name in FROM_LIMITS and relation == "<=":
        name = FROM_LIMITS[quality.name]
        found.append((float(getattr(scenario.limits, name)), f"the limit of {name} of a trial"))
    return [*found, (_decade(quality, standings), "the power of ten beyond what was measured")]


def _decade(quality: Quality, standings: Sequence[Standing]) -> float:
    values = [s.pooled[quality.name].measurement.value for s in standings if quality.name in s.pooled]
    largest = max((abs(value) for value in values), default=0.0)
    return 10.0 ** ceil(log10(largest)) if largest > 0 else 1.0
