"""The Pareto front: candidates that no other one beats, exhaustively, for one table of values or for many draws."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netwright.records.errors import InputError
from netwright.records.quality import Direction

CHUNK_CELLS = 4000000
"""Pairs of candidates times draws that are compared at once: small enough for a processor's cache."""


def pareto_front(
    values: ArrayLike, directions: Sequence[Direction], epsilon: ArrayLike | None = None
) -> NDArray[np.bool_]:
    """Return which candidates are on the Pareto front.

    Without `epsilon`, x dominates y if x is at least as good in every quality and better in one. Equal points do not
    dominate each other, so both stay; -0 equals 0. A candidate with a NaN is never on the front and dominates nobody.

    With `epsilon`, differences up to epsilon_q do not count: x dominates y if x is worse by more than epsilon_q in no
    quality, y is worse by more than epsilon_q in some quality, and x is better in sum: sum_q x_q / epsilon_q is larger
    (over epsilon_q > 0, higher meaning better), or x is better in a quality with epsilon_q = 0. The last condition
    rules out cycles, which epsilon-dominance has without it. The front is then the kernel of that relation: nobody on
    it dominates another one on it, and everybody off it is dominated by somebody on it. An acyclic relation has
    exactly one kernel, and it is not empty: at least one candidate without NaN always stays.

    Source: Kung, Luccio and Preparata 1975 (dominance); Laumanns et al. 2002 (epsilon-dominance); von Neumann and
    Morgenstern 1944 (kernel).

    Args:
        values: One row a candidate, one column a quality, (candidates, qualities).
        directions: `higher` or `lower` is better, one a quality.
        epsilon: The largest difference that does not count, one a quality, in its unit; None for zeros.

    Returns:
        True for candidates on the front, (candidates,).

    Raises:
        InputError: Shapes do not fit; a direction is unknown; an epsilon is negative or not finite.

    >>> accuracy_and_ms = [[0.90, 5.0], [0.91, 9.0], [0.89, 6.0], [0.90, 5.0]]
    >>> pareto_front(accuracy_and_ms, ["higher", "lower"]).tolist()
    [True, True, False, True]
    >>> pareto_front(accuracy_and_ms, ["higher", "lower"], epsilon=[0.02, 0.5]).tolist()
    [True, False, False, True]
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2:
        raise InputError(f"found values of shape {table.shape}; pass (candidates, qualities)")
    front: NDArray[np.bool_] = fronts(table[None], directions, epsilon)[0]
    return front


def fronts(draws: ArrayLike, directions: Sequence[Direction], epsilon: ArrayLike | None = None) -> NDArray[np.bool_]:
    """Return the Pareto front of every draw, each as `pareto_front` defines it.

    Every pair of candidates is compared in every quality, in chunks of draws that fit a cache.

    Args:
        draws: One table of values a draw, (draws, candidates, qualities).
        directions: `higher` or `lower` is better, one a quality.
        epsilon: The largest difference that does not count, one a quality; None for zeros.

    Returns:
        True where a candidate is on the front of a draw, (draws, candidates).

    Raises:
        InputError: As for `pareto_front`.

    >>> fronts([[[1.0, 2.0], [2.0, 1.0]], [[1.0, 1.0], [2.0, 2.0]]], ["higher", "higher"]).tolist()
    [[True, True], [False, True]]
    """
    tables = np.asarray(draws, dtype=np.float64)
    if tables.ndim != 3:
        raise InputError(f"found draws of shape {tables.shape}; pass (draws, candidates, qualities)")
    count, candidates, qualities = tables.shape
    signs = _signs(directions, qualities)
    margins = _margins(epsilon, qualities)
    front = np.zeros((count, candidates), dtype=np.bool_)
    if not qualities:  # nothing to be better in: everybody is equal
        return ~front
    step = max(1, CHUNK_CELLS // max(1, candidates * candidates))
    for start in range(0, count, step):
        # draws last, so that each comparison runs over neighbouring numbers
        part = np.ascontiguousarray((tables[start : start + step] * signs).transpose(2, 1, 0))
        front[start : start + step] = _front_of_chunk(part, margins).T
    return front


@dataclass(frozen=True)
class _Margins:
    values: NDArray[np.float64]
    positive: NDArray[np.bool_]


def _signs(directions: Sequence[Direction], qualities: int) -> NDArray[np.float64]:
    if len(directions) != qualities:
        raise InputError(f"found {len(directions)} directions for values of {qualities} qualities; pass one a quality")
    unknown = sorted({str(way) for way in directions} - {"higher", "lower"})
    if unknown:
        raise InputError(f"found the directions {', '.join(map(repr, unknown))}; each is 'higher' or 'lower'")
    return np.array([1.0 if way == "higher" else -1.0 for way in directions])


def _margins(epsilon: ArrayLike | None, qualities: int) -> _Margins:
    values = np.zeros(qualities) if epsilon is None else np.asarray(epsilon, dtype=np.float64)
    if values.shape != (qualities,):
        raise InputError(
            f"found epsilon of shape {values.shape} for values of {qualities} qualities; pass shape ({qualities},)"
        )
    if not (np.isfinite(values) & (values >= 0)).all():
        raise InputError(f"found epsilon {values.tolist()}; each must be finite and at least 0")
    return _Margins(values, values > 0)


def _front_of_chunk(part: NDArray[np.float64], margins: _Margins) -> NDArray[np.bool_]:
    """Return the front of (qualities, candidates, draws), higher being better, as (candidates, draws)."""
    present: NDArray[np.bool_] = ~np.isnan(part).any(axis=0)  # type: ignore[assignment]
    near = _at_least(part, margins.values, range(len(part)))
    # x counts as better than y somewhere exactly if y is not near x: the same table, transposed
    dominates = near & ~near.transpose(1, 0, 2)
    dominates &= present[:, None] & present[None]
    if not margins.positive.any():
        return present & ~dominates.any(axis=0)
    dominates &= _better_in_sum(part, margins)
    return _kernel(dominates, present)


def _at_least(
    part: NDArray[np.float64], margins: NDArray[np.float64], which: Iterator[int] | range
) -> NDArray[np.bool_]:
    """Return [x, y, draw]: x is at least y - margin in each of the qualities."""
    candidates, draws = part.shape[1:]
    near = np.ones((candidates, candidates, draws), dtype=np.bool_)
    in_one = np.empty_like(near)
    for quality in which:
        np.greater_equal(part[quality][:, None], (part[quality] - margins[quality])[None], out=in_one)
        near &= in_one
    return near


def _better_in_sum(part: NDArray[np.float64], margins: _Margins) -> NDArray[np.bool_]:
    """Return [x, y, draw]: x has the larger sum in units of epsilon, or is better where epsilon is 0."""
    # one sum a candidate, compared afterwards: rounding cannot make this relation cyclic
    with np.errstate(invalid="ignore", over="ignore"):
        sums = (part[margins.positive] / margins.values[margins.positive, None, None]).sum(axis=0)
    exact = np.flatnonzero(~margins.positive)
    better: NDArray[np.bool_] = sums[:, None] > sums[None]
    if len(exact):
        better |= ~_at_least(part, margins.values, iter(exact.tolist())).transpose(1, 0, 2)
    return better


def _kernel(dominates: NDArray[np.bool_], present: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the kernel of an acyclic relation [x, y, draw], as (candidates, draws)."""
    kept = np.zeros_like(present)
    open_ = present.copy()
    while open_.any():
        # everybody whose dominators are all off the front stays; the relation has no cycle, so there is always one
        free = open_ & ~(dominates & open_[:, None]).any(axis=0)
        kept |= free
        open_ &= ~free
        open_ &= ~(dominates & free[:, None]).any(axis=0)
    return kept
