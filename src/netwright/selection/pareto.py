"""The Pareto front: candidates that no other one beats, exhaustively, for one table of values or for many draws."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netwright.machine.hardware import usable_cores
from netwright.records.errors import InputError
from netwright.records.quality import Direction
from netwright.selection.kernel import kernel

BLOCK_CELLS = 600_000
"""Values that are worked on at once: small enough for a processor's cache."""


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


def fronts(
    draws: ArrayLike,
    directions: Sequence[Direction],
    epsilon: ArrayLike | None = None,
    present: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Return the Pareto front of every draw, each as `pareto_front` defines it.

    Draws are worked on in blocks that fit a cache (`kernel`).

    Args:
        draws: One table of values a draw, (draws, candidates, qualities).
        directions: `higher` or `lower` is better, one a quality.
        epsilon: The largest difference that does not count, one a quality; None for zeros.
        present: Who takes part in a draw, (draws, candidates), as if the others were not there; None for all.

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
    signs, margins = _signs(directions, qualities), _margins(epsilon, qualities)
    there = _present(present, tables.shape)
    if not tables.size:  # nothing to be better in: everybody is equal
        return there.copy()
    step = max(1, BLOCK_CELLS // (candidates * qualities))
    starts = range(0, count, step)

    def front_of(start: int) -> NDArray[np.bool_]:
        block = slice(start, start + step)
        # draws last, so that each comparison runs over neighbouring numbers
        columns = np.ascontiguousarray((tables[block] * signs).transpose(2, 1, 0))
        columns[:, ~there[block].T] = np.nan
        return kernel(columns, margins).T

    if len(starts) == 1:
        return front_of(0)
    # blocks are independent and numpy computes without the interpreter's lock: one thread a core
    with ThreadPoolExecutor(min(usable_cores(), len(starts))) as threads:
        return np.concatenate(list(threads.map(front_of, starts)))


def _present(present: NDArray[np.bool_] | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    there = np.ones(shape[:2], dtype=np.bool_) if present is None else present
    if there.shape != shape[:2]:
        raise InputError(f"found present of shape {there.shape} for draws of shape {shape}; pass (draws, candidates)")
    return there


def _signs(directions: Sequence[Direction], qualities: int) -> NDArray[np.float64]:
    if len(directions) != qualities:
        raise InputError(f"found {len(directions)} directions for values of {qualities} qualities; pass one a quality")
    unknown = sorted({str(way) for way in directions} - {"higher", "lower"})
    if unknown:
        raise InputError(f"found the directions {', '.join(map(repr, unknown))}; each is 'higher' or 'lower'")
    return np.array([1.0 if way == "higher" else -1.0 for way in directions])


def _margins(epsilon: ArrayLike | None, qualities: int) -> NDArray[np.float64]:
    values = np.zeros(qualities) if epsilon is None else np.asarray(epsilon, dtype=np.float64)
    if values.shape != (qualities,):
        raise InputError(
            f"found epsilon of shape {values.shape} for values of {qualities} qualities; pass shape ({qualities},)"
        )
    if not (np.isfinite(values) & (values >= 0)).all():
        raise InputError(f"found epsilon {values.tolist()}; each must be finite and at least 0")
    return values
