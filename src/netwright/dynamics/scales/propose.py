"""Families of scale and rescale symmetries, from the free scales of a tape."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from netwright.dynamics.proposals import Proposals
from netwright.dynamics.scales.label import Leaf
from netwright.dynamics.scales.rules import follow
from netwright.dynamics.scales.solve import Solution, solve
from netwright.dynamics.scales.system import System
from netwright.dynamics.scales.walk import Walk
from netwright.dynamics.slice_family import SliceFamily
from netwright.dynamics.slicing import Slicing
from netwright.records.symmetry import Absence, Symmetry, SymmetryKind
from netwright.structure.tape import Tape, values_in

Signature = tuple[tuple[int, int], ...]
"""Which slicings a generator weighs, by number, each with the sign of its weight."""


def propose_scales(tape: Tape) -> Proposals:
    """Return all diagonal symmetries of a loss: one family for each set of layers that free scales join.

    Every value of the tape gets a logarithmic scale, every operation the equations under which it passes scales on. A
    solution is a way to multiply slices of parameters that no later value notices: a scale symmetry where a
    normalisation takes the scale away, a rescale symmetry where a consumer does.

    Args:
        tape: Of the loss.

    Returns:
        The families, unconfirmed, and the layers whose rows cannot move, with the reason.
    """
    walk = Walk()
    for operation in tape.operations:
        follow(walk, operation)
    for value in values_in(tape.result):
        walk.system.fix(walk.of(value), "")
    solution = solve(walk.system)
    leaves = list(walk.leaves.leaves.values())
    slicings = [slicing for leaf in leaves for slicing in leaf.slicings]
    weights = _folded(leaves, _weights(leaves, solution))
    rough = _rough(walk.system, solution)
    families = _families(slicings, weights, rough)
    return Proposals(tuple(families), tuple(_absent(walk.system, leaves, solution)))


def _weights(leaves: list[Leaf], solution: Solution) -> list[sparse.csc_array]:
    """Return for each slicing the weight of its slices in every free direction: (slices, directions)."""
    return [sparse.csc_array(solution.matrix[ids.reshape(-1).numpy()]) for leaf in leaves for ids in leaf.variables]


def _folded(leaves: list[Leaf], weights: list[sparse.csc_array]) -> list[sparse.csc_array]:
    """Move a weight that all rows of a parameter share to its columns, so that each direction is written once."""
    folded, at = [], 0
    for leaf in leaves:
        own = weights[at : at + len(leaf.slicings)]
        at += len(leaf.slicings)
        if len(own) == 2 and len(leaf.slicings[0].keep) == 1:
            own = _folded_pair(own[0], own[1])
        folded += own
    return folded


def _folded_pair(rows: sparse.csc_array, columns: sparse.csc_array) -> list[sparse.csc_array]:
    full = np.flatnonzero(np.diff(rows.indptr) == rows.shape[0])
    shared = [int(d) for d in full if np.ptp(rows.data[rows.indptr[d] : rows.indptr[d + 1]]) == 0]
    if not shared:
        return [rows, columns]
    value = np.zeros(rows.shape[1])
    value[shared] = [rows.data[rows.indptr[d]] for d in shared]
    keep = sparse.diags_array((value == 0).astype(float))
    lifted = sparse.csc_array(np.ones((columns.shape[0], 1))) @ sparse.csr_array(value[None, :])
    moved = sparse.csc_array(columns + lifted)
    moved.eliminate_zeros()
    left = sparse.csc_array(rows @ keep)
    left.eliminate_zeros()
    return [left, moved]


def _rough(system: System, solution: Solution) -> NDArray[np.bool_]:
    """Return which directions an epsilon notices."""
    directions = solution.matrix.shape[1]
    distinct = list(dict.fromkeys(system.rough))
    entries = [(at, variable, factor) for at, row in enumerate(distinct) for variable, factor in row]
    if not entries:
        return np.zeros(directions, bool)
    rows, columns, values = (np.array(part) for part in zip(*entries, strict=True))
    seen = (
        sparse.csr_array((values, (rows, columns)), shape=(len(distinct), solution.matrix.shape[0])) @ solution.matrix
    )
    return np.asarray(abs(seen).sum(0)).reshape(-1) > 0


def _families(slicings: list[Slicing], weights: list[sparse.csc_array], rough: NDArray[np.bool_]) -> list[SliceFamily]:
    if not weights:
        return []
    whole = sparse.csc_array(sparse.vstack(weights))
    starts = np.cumsum([0, *(w.shape[0] for w in weights)])
    groups: dict[tuple[Signature, bool], list[int]] = defaultdict(list)
    for direction in range(whole.shape[1]):
        span = slice(whole.indptr[direction], whole.indptr[direction + 1])
        values, of = whole.data[span], np.searchsorted(starts, whole.indices[span], side="right") - 1
        if len(values):
            groups[_signature(values, of), bool(rough[direction])].append(direction)
    found = []
    for (signature, inexact), directions in groups.items():
        used = tuple(dict.fromkeys(at for at, _ in signature))
        flip = _orientation(signature, slicings)
        parts = [sparse.csr_array(weights[at][:, directions]).T * flip for at in used]
        matrix = _scaled(sparse.csr_array(sparse.hstack(parts)))
        found.append(_family(tuple(slicings[at] for at in used), matrix, inexact))
    return found


def _signature(values: NDArray[np.float64], of: NDArray[np.intp]) -> Signature:
    return tuple(sorted({(int(at), int(np.sign(value))) for at, value in zip(of, values, strict=True)}))


def _orientation(signature: Signature, slicings: list[Slicing]) -> int:
    """Return the sign that makes producers positive: rows of matrices first, else whatever comes first."""
    producing = [sign for at, sign in signature if slicings[at].keep[-1] == slicings[at].keep[0] == 0]
    signs = producing or [sign for _, sign in signature]
    return 1 if sum(signs) >= 0 else -1


def _scaled(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return each charge with 1 as its largest weight."""
    largest = np.asarray(abs(matrix).max(axis=1).toarray()).reshape(-1)
    return sparse.csr_array(sparse.diags_array(1 / largest) @ matrix)


@dataclass(frozen=True)
class _Sides:
    """The parameters that a family makes larger, and those that it makes smaller."""

    producers: tuple[str, ...]
    consumers: tuple[str, ...]


def _family(slicings: tuple[Slicing, ...], weights: sparse.csr_array, inexact: bool) -> SliceFamily:
    sides = _sides(slicings, weights)
    kind: SymmetryKind = "rescale" if sides.producers and sides.consumers else "scale"
    place = _modules(sides.producers or sides.consumers)
    if kind == "rescale":
        place += " -> " + _modules(sides.consumers)
    names = tuple(dict.fromkeys(slicing.parameter for slicing in slicings))
    symmetry = Symmetry(kind=kind, place=place, parameters=names, count=weights.shape[0], exact=not inexact)
    return SliceFamily(symmetry, slicings, weights)


def _sides(slicings: tuple[Slicing, ...], weights: sparse.csr_array) -> _Sides:
    producers, consumers, at = [], [], 0
    for slicing in slicings:
        part = weights[:, at : at + slicing.count]
        at += slicing.count
        if (part.data > 0).any():
            producers.append(slicing.parameter)
        if (part.data < 0).any():
            consumers.append(slicing.parameter)
    return _Sides(tuple(producers), tuple(consumers))


def _modules(parameters: tuple[str, ...], most: int = 3) -> str:
    modules = list(dict.fromkeys(name.rpartition(".")[0] or name for name in parameters))
    rest = f" and {len(modules) - most} more" if len(modules) > most else ""
    return ", ".join(modules[:most]) + rest


def _absent(system: System, leaves: list[Leaf], solution: Solution) -> list[Absence]:
    """Return the matrices and kernels none of whose rows can move, each with what holds them."""
    absences = []
    for leaf in leaves:
        rows = leaf.variables[0].reshape(-1).numpy()
        if len(leaf.slicings) < 2 or solution.matrix[rows].nnz:
            continue
        reasons = [system.reasons[number] for number in solution.reasons(rows)]
        told = [reason for reason in dict.fromkeys(reasons) if reason]
        if told:
            place = leaf.name.rpartition(".")[0] or leaf.name
            absences.append(Absence(kind="rescale", place=place, reason="; ".join(told[:3])))
    return absences
