"""Trade-offs: what is exchanged for what along the front, and whether other weights would choose otherwise."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from netwright.records.quality import Quality
from netwright.records.scenario import Scenario
from netwright.records.tradeoff import Flip, Standpoint, TradeOffs
from netwright.selection.anchors import Anchors, anchors_of
from netwright.selection.comparison import Comparison
from netwright.selection.draws import DRAWS, stream
from netwright.selection.exchange import exchanges
from netwright.selection.flip import smallest_change
from netwright.selection.front import KEEP
from netwright.selection.hypervolume import exclusive_shares
from netwright.selection.knee import FLAT, knee_distances
from netwright.selection.settlement import settlements
from netwright.selection.smaa import accept, sample_weights
from netwright.selection.standing import Standing
from netwright.selection.utility import equal_weights, utilities_with_interval, weights_of


def trade_offs(
    comparison: Comparison, front: Mapping[str, float], standings: Sequence[Standing], scenario: Scenario
) -> TradeOffs | None:
    """Return everything about trade-offs that stands beside a decision.

    Args:
        comparison: The comparison.
        front: Contender -> P(on the front); from 0.2 it is a member.
        standings: Every candidate.
        scenario: The question, with weights and anchors where it states them.

    Returns:
        The trade-offs; None where fewer than two candidates contend or nothing is compared.
    """
    names, qualities = comparison.names, comparison.qualities
    if len(names) < 2 or not qualities:
        return None
    anchors = anchors_of(qualities, scenario, standings)
    members = np.array([row for row, name in enumerate(names) if front[name] >= KEEP], dtype=np.intp)
    distances = np.full(len(names), np.nan)
    distances[members] = knee_distances(anchors.utilities(comparison.values[members]))
    beyond = np.nan_to_num(distances, nan=0.0)
    return TradeOffs(
        qualities=tuple(quality.name for quality in qualities),
        anchors={
            quality.name: (worst, best)
            for quality, worst, best in zip(qualities, anchors.worst.tolist(), anchors.best.tolist(), strict=True)
        },
        anchors_given=anchors.given,
        anchored_by={quality.name: source for quality, source in zip(qualities, anchors.sources, strict=True)},
        exchanges=exchanges(
            [names[row] for row in members], qualities, comparison.values[members], comparison.draws[:, members]
        ),
        knee=names[int(beyond.argmax())] if beyond.max() > FLAT else None,
        standpoints=_standpoints(comparison, anchors, distances, scenario),
        flip=_flip(comparison, anchors, scenario),
        settlements=settlements(comparison.contenders),
    )


def _standpoints(
    comparison: Comparison, anchors: Anchors, distances: NDArray[np.float64], scenario: Scenario
) -> tuple[Standpoint, ...]:
    names, qualities = comparison.names, comparison.qualities
    weights = weights_of(qualities, scenario.preferences)
    around = equal_weights(len(qualities)) if weights is None else weights
    sampled = sample_weights(around, DRAWS, stream(scenario.name, "weights"))
    found = accept(comparison.draws, sampled, comparison.holds, anchors.best - anchors.worst)
    shares = exclusive_shares(anchors.utilities(comparison.values), stream(scenario.name, "hypervolume"))
    utilities: list[tuple[float, float, float] | None] = [None] * len(names)
    if weights is not None:
        utilities = [*utilities_with_interval(comparison.values, comparison.draws, anchors, weights)]
    return tuple(
        Standpoint(
            candidate=name,
            acceptability=tuple(found.ranks[row].tolist()),
            central_weights=_by_name(qualities, found.central[row]) if found.ever_first[row] else {},
            confidence=float(found.confidence[row]),
            hypervolume=float(shares[row]),
            knee=float(distances[row]),
            utility=utilities[row],
        )
        for row, name in enumerate(names)
    )


def _flip(comparison: Comparison, anchors: Anchors, scenario: Scenario) -> Flip | None:
    names, qualities = comparison.names, comparison.qualities
    weights = weights_of(qualities, scenario.preferences)
    if weights is None:
        weights = equal_weights(len(qualities))
    change = smallest_change(anchors.utilities(comparison.values), weights, comparison.eligible)
    if change is None:
        return None
    return Flip(
        winner=names[change.winner],
        other=names[change.other],
        weights=_by_name(qualities, weights),
        changed=_by_name(qualities, change.weights),
        distance=change.moved,
    )


def _by_name(qualities: Sequence[Quality], figures: NDArray[np.float64]) -> dict[str, float]:
    return {quality.name: float(figure) for quality, figure in zip(qualities, figures, strict=True)}
