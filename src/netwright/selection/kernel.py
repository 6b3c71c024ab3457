"""The kernel of dominance in a block of draws: an order in which dominators come first, and a sieve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]

FEW = 0.25
"""Up to so many pairs a draw are compared one by one, without sieving further."""


def kernel(columns: NDArray[np.float64], epsilon: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return who is on the front of each draw, as `pareto_front` defines it; higher is better in every quality.

    Candidates are put in an order in which whoever dominates comes first: by the sum of the qualities with epsilon 0,
    those qualities in turn, then sum_q x_q / epsilon_q. Going through it, a candidate stays if nobody dominates it who
    stayed before: that is the kernel. Most pairs fall to a sieve in single precision: rounding is monotone, so
    whatever meets x >= y - epsilon passes it, and what passes is compared in full.

    Args:
        columns: Values with neighbouring draws next to each other, (qualities, candidates, draws), none of them 0.
        epsilon: The largest difference that does not count, (qualities,).

    Returns:
        True where a candidate is on the front, (candidates, draws).

    >>> kernel(np.array([[[0.0], [2.0], [1.0]], [[1.0], [1.0], [3.0]]]), np.zeros(2)).T.tolist()
    [[False, True, True]]
    """
    block = _block(columns, epsilon)
    kept = block.present.copy()
    near, in_one = np.empty((2, *kept.shape), dtype=np.bool_)
    for k in range(1, len(kept)):
        found = near[:k]
        _at_least(block, k, found, in_one[:k])
        found &= kept[:k]
        pairs = np.flatnonzero(found)
        for sieve in (_distinct, _better_somewhere):
            if len(pairs) > FEW * kept.shape[1]:
                sieve(block, k, found)
                _confirm_first(block, k, found, kept)
                pairs = np.flatnonzero(found)
        if len(pairs):
            first, draws = np.divmod(pairs, kept.shape[1])
            kept[k, draws[_dominates(block, first, draws, k)]] = False
    front = np.empty_like(kept)
    np.put_along_axis(front, block.order, kept, axis=0)
    return front


@dataclass(frozen=True)
class _Block:
    """A block of draws; all but `columns` has its candidates in order, (..., candidates, draws).

    Args:
        columns: Values as they came, one table a quality.
        order: Where each place of the order stands in `columns`.
        present: Who has no NaN.
        values: Values in single precision.
        lowered: Values less epsilon, in single precision.
        sums: sum_q x_q / epsilon_q over epsilon_q > 0.
        groups: Equal where all qualities with epsilon 0 are equal.
        epsilon: (qualities,).
    """

    columns: NDArray[np.float64]
    order: Indices
    present: NDArray[np.bool_]
    values: NDArray[np.float32]
    lowered: NDArray[np.float32]
    sums: NDArray[np.float64]
    groups: Indices
    epsilon: NDArray[np.float64]


def _block(columns: NDArray[np.float64], epsilon: NDArray[np.float64]) -> _Block:
    exact = epsilon == 0
    present: NDArray[np.bool_] = np.logical_not(np.isnan(columns).any(axis=0))
    # infinite values may give a NaN here: the sum then decides nothing, as documented
    with np.errstate(invalid="ignore", over="ignore"):
        sums = np.zeros(columns.shape[1:])
        for quality in np.flatnonzero(~exact):
            sums += columns[quality] / epsilon[quality]
        order = _order(columns[exact], sums, present)
        places = order * columns.shape[2] + np.arange(columns.shape[2])
        values, lowered = np.empty((2, *columns.shape), dtype=np.float32)
        for row, table in enumerate(columns):
            # "clip" needs no copy, unlike "raise", and no place is outside
            np.take(table.astype(np.float32), places, out=values[row], mode="clip")
            np.take((table - epsilon[row]).astype(np.float32), places, out=lowered[row], mode="clip")
    groups = _groups(np.take_along_axis(columns[exact], order[None], axis=1))
    return _Block(columns, order, np.take(present, places), values, lowered, np.take(sums, places), groups, epsilon)


def _order(exact: NDArray[np.float64], sums: NDArray[np.float64], present: NDArray[np.bool_]) -> Indices:
    """Return an order, (candidates, draws), in which whoever dominates comes before whom it dominates."""
    if not len(exact):
        return _descending(sums)
    lead = np.where(present, exact.sum(axis=0), -np.inf)
    order = _descending(lead)
    led = np.take_along_axis(lead, order, axis=0)
    after = np.take_along_axis(present, order, axis=0)[1:]
    # a sum that is equal or NaN says nothing: there the qualities themselves, one after the other, do
    unclear = np.flatnonzero((after & ~(led[:-1] > led[1:])).any(axis=0))
    if len(unclear):
        keys = (-sums[:, unclear], *(-table[:, unclear] for table in exact[::-1]))
        order[:, unclear] = np.lexsort(keys, axis=0)
    return order


def _descending(values: NDArray[np.float64]) -> Indices:
    # sorted along neighbouring numbers, which is several times as fast
    return np.ascontiguousarray(np.argsort(np.ascontiguousarray(-values.T), axis=1).T)


def _groups(columns: NDArray[np.float64]) -> Indices:
    """Return one number a candidate and draw, equal for neighbours that are equal in all columns."""
    numbers = np.zeros(columns.shape[1:], dtype=np.intp)
    if len(columns):
        np.cumsum((columns[:, 1:] != columns[:, :-1]).any(axis=0), axis=0, out=numbers[1:])
    return numbers


def _at_least(block: _Block, k: int, found: NDArray[np.bool_], in_one: NDArray[np.bool_]) -> None:
    """Write to `found` who before k may be worse than k by more than epsilon in no quality."""
    np.greater_equal(block.values[0, :k], block.lowered[0, k], out=found)
    for quality in range(1, len(block.values)):
        np.greater_equal(block.values[quality, :k], block.lowered[quality, k], out=in_one)
        found &= in_one


def _distinct(block: _Block, k: int, found: NDArray[np.bool_]) -> None:
    """Take from `found` who is better than k neither in a quality that is exact nor in sum, such as its duplicates."""
    found &= (block.groups[:k] != block.groups[k]) | (block.sums[:k] > block.sums[k])


def _better_somewhere(block: _Block, k: int, found: NDArray[np.bool_]) -> None:
    """Take from `found` who can be better than k neither in a quality that is exact nor by more than epsilon."""
    somewhere = block.groups[:k] != block.groups[k]
    for quality in np.flatnonzero(block.epsilon):
        somewhere |= block.lowered[quality, :k] >= block.values[quality, k]
    found &= somewhere


def _confirm_first(block: _Block, k: int, found: NDArray[np.bool_], kept: NDArray[np.bool_]) -> None:
    """Compare one pair a draw in full; where it dominates, k is off and nothing is left to compare."""
    draws = np.flatnonzero(found.any(axis=0))
    first = found.argmax(axis=0)[draws]
    kept[k, draws[_dominates(block, first, draws, k)]] = False
    found[first, draws] = False
    found &= kept[k]


def _dominates(block: _Block, first: Indices, draws: Indices, k: int) -> NDArray[np.bool_]:
    """Return which of the candidates at `first` dominate k in their draw: the relation itself, in full precision."""
    one = block.columns[:, block.order[first, draws], draws]
    other, epsilon = block.columns[:, block.order[k, draws], draws], block.epsilon[:, None]
    better: NDArray[np.bool_] = block.sums[first, draws] > block.sums[k, draws]
    better |= ((one > other) & (epsilon == 0)).any(axis=0)
    better &= (one >= other - epsilon).all(axis=0)
    better &= (other < one - epsilon).any(axis=0)
    return better
