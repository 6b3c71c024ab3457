"""The comparison: the table of contenders and compared qualities, as values and as joint draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.records.quality import Quality
from netwright.records.scenario import Scenario
from netwright.selection.comparable import additive, table_of_draws, table_of_values, tolerance_of
from netwright.selection.constraints import meets
from netwright.selection.draws import DRAWS
from netwright.selection.front import front_probabilities
from netwright.selection.lexicographic import Order
from netwright.selection.standing import Standing, names_of


@dataclass(frozen=True)
class Comparison:
    """Candidates that no constraint rejects, and the qualities they are compared on.

    Args:
        contenders: The candidates, in the scenario's order.
        names: Their names.
        eligible: Which of them may be chosen, (candidates,).
        provisional: Whether those are undecided on a constraint, since nobody passes all.
        qualities: The preferred ones in their order, then those that are only constrained.
        order: How the lexicographic choice goes through them.
        values: Pooled values, (candidates, qualities).
        gains: Pooled values as `additive` makes them, higher being better, (candidates, qualities).
        epsilon: Differences of gains that do not count, one a quality.
        draws: Joint draws, (draws, candidates, qualities).
        holds: Whether all constraints hold in a draw, (draws, candidates).
    """

    contenders: tuple[Standing, ...]
    names: tuple[str, ...]
    eligible: NDArray[np.bool_]
    provisional: bool
    qualities: tuple[Quality, ...]
    order: Order
    values: NDArray[np.float64]
    gains: NDArray[np.float64]
    epsilon: NDArray[np.float64]
    draws: NDArray[np.float64]
    holds: NDArray[np.bool_]


def compared_qualities(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the qualities that matter: the preferred ones in order, the constrained, the weighted ones.

    Args:
        scenario: The question.

    Returns:
        Names, each once.
    """
    preferences, limited = scenario.preferences, (limit.quality for limit in scenario.constraints)
    weighted = (name for name, weight in preferences.weights.items() if weight > 0)
    return tuple(dict.fromkeys([*preferences.order, *limited, *weighted]))


def compare(standings: Sequence[Standing], scenario: Scenario, qualities: Mapping[str, Quality]) -> Comparison:
    """Return the comparison of the candidates that no constraint rejects.

    A quality that no contender was measured on is left out. Who passes every constraint may be chosen; where nobody
    does, who is undecided.

    Args:
        standings: One a candidate, in the scenario's order.
        scenario: The question.
        qualities: Name -> quality.

    Returns:
        The comparison; without contenders where all are rejected.
    """
    contenders = tuple(standing for standing in standings if standing.contends)
    wanted = [name for name in compared_qualities(scenario) if any(name in s.pooled for s in contenders)]
    compared = tuple(qualities[name] for name in wanted)
    passing = np.array([standing.state == "pass" for standing in contenders], dtype=np.bool_)
    provisional = bool(len(contenders)) and not passing.any()
    preferred = [quality for quality in compared if quality.name in scenario.preferences.order]
    pooled = [standing.pooled for standing in contenders]
    values = table_of_values(pooled, compared)
    plain, epsilon = additive(values, [tolerance_of(quality, scenario.preferences) for quality in compared])
    return Comparison(
        contenders=contenders,
        names=names_of(contenders),
        eligible=np.ones_like(passing) if provisional else passing,
        provisional=provisional,
        qualities=compared,
        order=Order(
            tuple(quality.direction for quality in compared),
            tuple(tolerance_of(quality, scenario.preferences) for quality in preferred),
        ),
        values=values,
        gains=plain * [1.0 if quality.direction == "higher" else -1.0 for quality in compared],
        epsilon=epsilon,
        draws=table_of_draws(pooled, compared),
        holds=_holds(contenders, scenario),
    )


def probabilities_on_front(comparison: Comparison, scenario: Scenario) -> dict[str, float]:
    """Return P(on the front among those that meet the constraints) of every contender.

    Differences within a quality's tolerance do not count (see `pareto_front`).

    Args:
        comparison: The comparison.
        scenario: The question, with its tolerances.

    Returns:
        Contender -> probability.
    """
    tolerances = [tolerance_of(quality, scenario.preferences) for quality in comparison.qualities]
    values, epsilon = additive(comparison.draws, tolerances)
    shares = front_probabilities(values, comparison.order.directions, epsilon, comparison.holds)
    return {standing.name: float(share) for standing, share in zip(comparison.contenders, shares, strict=True)}


def _holds(contenders: Sequence[Standing], scenario: Scenario) -> NDArray[np.bool_]:
    holds = np.ones((DRAWS, len(contenders)), dtype=np.bool_)
    for column, standing in enumerate(contenders):
        for limit in scenario.constraints:
            # what was not measured cannot be missed in a draw; its verdict stays undecided
            if limit.quality in standing.pooled:
                holds[:, column] &= meets(limit, standing.pooled[limit.quality].draws)
    return holds
