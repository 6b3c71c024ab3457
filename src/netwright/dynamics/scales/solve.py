"""Solving the equations of scales: which variables are free, and what each other variable is in terms of them."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from netwright.dynamics.scales.kin import components, dead_roots, joined
from netwright.dynamics.scales.system import Ints, System

Equation = dict[int, Fraction]


@dataclass(frozen=True)
class Solution:
    """The general solution of a system: every variable as a weighted sum of the free ones.

    Args:
        matrix: (variables, free variables).
        causes: For every variable that is 0 by an equation of its own kin, the numbers of the reasons.
    """

    matrix: sparse.csr_array
    causes: dict[int, tuple[int, ...]]
    kin: Ints

    def reasons(self, variables: Ints) -> tuple[int, ...]:
        """Return the numbers of the reasons why variables cannot move."""
        found = [reason for kin in np.unique(self.kin[variables]) for reason in self.causes.get(int(kin), ())]
        return tuple(dict.fromkeys(found))


def solve(system: System) -> Solution:
    """Return the general solution of a system of equations between scales.

    Equalities up to a sign are solved as connected components of a graph with two nodes a variable (one for each sign):
    where both end in one component, the variable is 0. What is left, a few equations of more terms, is solved by exact
    elimination.

    Args:
        system: The equations.

    Returns:
        Every variable in terms of the free ones.

    >>> system = System(count=4)
    >>> system.rows.append((((1, 1.0), (2, -1.0), (3, -1.0)), 0))
    >>> solve(system).matrix.toarray()[1:].tolist()
    [[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]
    """
    pairs, zeros = joined(system)
    kin = components(system.count, pairs)[1]
    causes = _causes(system, kin)
    rows = [{variable: Fraction(factor) for variable, factor in row} for row, _ in system.rows]
    while True:
        sign, root = components(system.count, pairs)
        dead = dead_roots(system.count, pairs, zeros, root)
        rows, more_pairs, more_zeros = _substituted(rows, sign, root, dead)
        if not len(more_pairs) and not len(more_zeros):
            break
        pairs, zeros = np.concatenate([pairs, more_pairs]), np.concatenate([zeros, more_zeros])
    return Solution(_matrix(_eliminated(rows), sign, root, dead), causes, kin)


def _causes(system: System, kin: Ints) -> dict[int, tuple[int, ...]]:
    causes: dict[int, list[int]] = defaultdict(list)
    for ids, reason in system.zeros:
        for root in np.unique(kin[ids]).tolist():
            if reason not in causes[root]:
                causes[root].append(reason)
    for row, reason in system.rows:
        for root in {int(kin[variable]) for variable, _ in row}:
            if reason not in causes[root]:
                causes[root].append(reason)
    return {root: tuple(reasons) for root, reasons in causes.items()}


def _substituted(
    rows: list[Equation], sign: Ints, root: Ints, dead: NDArray[np.bool_]
) -> tuple[list[Equation], Ints, Ints]:
    """Write equations in roots; those that shrink to one or two terms become zeros and pairs."""
    left: dict[tuple[tuple[int, Fraction], ...], Equation] = {}
    pairs: list[tuple[int, int, int]] = []
    zeros: list[int] = []
    for row in rows:
        total: Equation = defaultdict(Fraction)
        for variable, factor in row.items():
            if not dead[root[variable]]:
                total[int(root[variable])] += factor * int(sign[variable])
        kept = {variable: factor for variable, factor in sorted(total.items()) if factor}
        if len(kept) == 1:
            zeros += list(kept)
        elif len(kept) == 2 and len({abs(factor) for factor in kept.values()}) == 1:
            (a, f), (b, g) = kept.items()
            pairs.append((a, b, 1 if f * g > 0 else -1))
        elif kept:
            left[tuple(kept.items())] = kept
    return list(left.values()), np.array(pairs, np.int64).reshape(-1, 3), np.array(zeros, np.int64)


def _eliminated(rows: list[Equation]) -> dict[int, Equation]:
    """Return variables in terms of the others, by elimination; the one that the fewest equations need goes first."""
    solved: dict[int, Equation] = {}
    open_rows = [dict(row) for row in rows]
    uses: dict[int, int] = defaultdict(int)
    for row in open_rows:
        for variable in row:
            uses[variable] += 1
    for row in open_rows:
        now = _resolved(row, solved)
        if not now:
            continue
        pivot = min(now, key=lambda variable: (uses[variable], -variable))
        rest = {variable: -factor / now[pivot] for variable, factor in now.items() if variable != pivot}
        for known, terms in solved.items():
            if pivot in terms:
                solved[known] = _resolved(terms, {pivot: rest})
        solved[pivot] = rest
    return solved


def _resolved(row: Equation, solved: dict[int, Equation]) -> Equation:
    total: Equation = defaultdict(Fraction)
    for variable, factor in row.items():
        for part, weight in solved.get(variable, {variable: Fraction(1)}).items():
            total[part] += factor * weight
    return {variable: factor for variable, factor in total.items() if factor}


def _matrix(solved: dict[int, Equation], sign: Ints, root: Ints, dead: NDArray[np.bool_]) -> sparse.csr_array:
    count = len(root)
    roots = np.unique(root)
    free = [int(v) for v in roots if not dead[v] and int(v) not in solved]
    column = {variable: at for at, variable in enumerate(free)}
    entries = [(variable, column[variable], 1.0) for variable in free]
    entries += [(v, column[f], float(w)) for v, terms in solved.items() for f, w in terms.items()]
    rows, columns, values = (np.array(part) for part in zip(*entries, strict=True)) if entries else ([], [], [])
    of_roots = sparse.csr_array((values, (rows, columns)), shape=(count, len(free)))
    spread = sparse.csr_array((sign.astype(float), (np.arange(count), root)), shape=(count, count))
    return sparse.csr_array(spread @ of_roots)
