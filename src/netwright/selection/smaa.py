"""SMAA-2: how the ranking holds under all weights and all draws of the measurements."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.machine.hardware import usable_cores

COMPARED = 20_000_000
"""Utilities that confidence factors are found from; where that is too few for all draws, the first ones serve."""
FEWEST = 500
BLOCK = 1000
"""Draws that are ranked at once, one block a thread."""


@dataclass(frozen=True)
class Acceptability:
    """What SMAA-2 finds.

    Args:
        ranks: P(candidate has rank 1, 2, ...), (candidates, candidates).
        central: Mean weights among those for which a candidate is first, (candidates, qualities); NaN where never.
        confidence: P(a candidate is first at its central weights), over the measurements; NaN where it never is.
    """

    ranks: NDArray[np.float64]
    central: NDArray[np.float64]
    confidence: NDArray[np.float64]

    @property
    def ever_first(self) -> NDArray[np.bool_]:
        """Which candidates are first for some weights, (candidates,)."""
        ever: NDArray[np.bool_] = np.logical_not(np.isnan(self.central).any(axis=1))
        return ever


def sample_weights(middle: NDArray[np.float64], count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Return weights from a Dirichlet distribution around given ones.

    With Q qualities the distribution is Dirichlet(Q w): around equal weights that is Dirichlet(1, ..., 1), uniform over
    all weights; around others it is as spread out, with mean w.

    Args:
        middle: Mean weights, one a quality, summing to 1.
        count: How many.
        random: Where they come from.

    Returns:
        (count, qualities), each row summing to 1.

    >>> sample_weights(np.array([0.5, 0.5, 0.0]), 2, np.random.default_rng(0)).sum(axis=1).round(6).tolist()
    [1.0, 1.0]
    """
    parts = random.standard_gamma(len(middle) * middle, size=(count, len(middle)))
    weights: NDArray[np.float64] = parts / parts.sum(axis=1, keepdims=True)
    return weights


def accept(
    draws: NDArray[np.float64], weights: NDArray[np.float64], holds: NDArray[np.bool_], unit: NDArray[np.float64]
) -> Acceptability:
    """Return rank acceptabilities, central weights and confidence factors.

    In draw i candidate c has the utility sum_q w_iq x_icq / unit_q, less what is the same for all; its rank is 1 + how
    many have more, so equals share the better rank. Who misses a constraint in a draw, or was not measured in a
    quality, is last there. Acceptability b_cr = P(rank r); central weights = mean of the weights with rank 1;
    confidence factor = P(rank 1 at the central weights), over the draws of the measurements.

    Source: Lahdelma and Salminen 2001, "SMAA-2: Stochastic multicriteria acceptability analysis for group decision
    making"; Tervonen and Lahdelma 2007, "Implementing stochastic multicriteria acceptability analysis".

    Args:
        draws: Joint draws of the qualities, (draws, candidates, qualities).
        weights: One row a draw, (draws, qualities).
        holds: Whether a candidate meets the constraints in a draw, (draws, candidates).
        unit: Best less worst anchor, one a quality.

    Returns:
        What was found; for many candidates, confidence factors are from the first draws (at least 500).

    >>> draws = np.tile([[0.8, 0.2], [0.2, 0.8], [0.1, 0.1]], (4, 1, 1))
    >>> weights = np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.2, 0.8]])
    >>> found = accept(draws, weights, np.ones((4, 3), dtype=bool), np.ones(2))
    >>> found.ranks.tolist()
    [[0.75, 0.25, 0.0], [0.25, 0.75, 0.0], [0.0, 0.0, 1.0]]
    >>> found.central[1].tolist(), found.confidence.tolist()
    ([0.2, 0.8], [1.0, 1.0, nan])
    """
    columns = draws.transpose(2, 1, 0)  # neighbouring draws lie next to each other
    out = (~holds).T | np.isnan(columns).any(axis=0)
    ranks = _ranks(columns, weights / unit, out)
    first = ((ranks == 0) & ~out).astype(np.float64)
    with np.errstate(invalid="ignore"):
        central = (first @ weights) / first.sum(axis=1, keepdims=True)
    places = np.arange(len(ranks))[:, None] * len(ranks) + ranks
    counts = np.bincount(places.ravel(), minlength=len(ranks) ** 2).reshape(len(ranks), -1)
    return Acceptability(counts / ranks.shape[1], central, _confidence(columns, central / unit, out))


def _ranks(columns: NDArray[np.float64], factors: NDArray[np.float64], out: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return how many have more, (candidates, draws); who is out has the last place."""
    ranks: NDArray[np.intp] = np.empty(out.shape, dtype=np.intp)

    def rank(start: int) -> None:
        block = slice(start, start + BLOCK)
        totals = np.zeros(out[:, block].shape)
        for column, factor in zip(columns, factors.T, strict=True):
            totals += column[:, block] * factor[block]
        totals[out[:, block]] = -np.inf
        ranks[:, block] = _places(totals)

    with ThreadPoolExecutor(usable_cores()) as threads:
        list(threads.map(rank, range(0, out.shape[1], BLOCK)))
    return ranks


def _places(totals: NDArray[np.float64]) -> NDArray[np.intp]:
    table = np.ascontiguousarray(-totals.T)
    order = np.argsort(table, axis=1)
    ordered = np.take_along_axis(table, order, axis=1)
    places = np.broadcast_to(np.arange(table.shape[1]), table.shape).copy()
    # who equals the one before shares its place
    places[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    np.maximum.accumulate(places, axis=1, out=places)
    places[np.isposinf(ordered)] = table.shape[1] - 1
    found = np.empty_like(places)
    np.put_along_axis(found, order, places, axis=1)
    return found.T


def _confidence(
    columns: NDArray[np.float64], factors: NDArray[np.float64], out: NDArray[np.bool_]
) -> NDArray[np.float64]:
    qualities, candidates, draws = columns.shape
    confidence = np.full(candidates, np.nan)
    ever = np.flatnonzero(~np.isnan(factors).any(axis=1))
    if not len(ever):
        return confidence
    used = min(draws, max(FEWEST, COMPARED // (candidates * len(ever))))
    step = max(1, COMPARED // 10 // (candidates * len(ever)))

    def hits(start: int) -> list[int]:
        part = np.nan_to_num(columns[:, :, start : min(start + step, used)])
        totals = (factors[ever] @ part.reshape(qualities, -1)).reshape(len(ever), *part.shape[1:])
        totals[:, out[:, start : start + part.shape[2]]] = -np.inf
        own = totals[np.arange(len(ever)), ever]
        return [int(np.count_nonzero(row)) for row in (own >= totals.max(axis=1)) & np.isfinite(own)]

    with ThreadPoolExecutor(usable_cores()) as threads:
        confidence[ever] = np.sum(list(threads.map(hits, range(0, used, step))), axis=0) / used
    return confidence
