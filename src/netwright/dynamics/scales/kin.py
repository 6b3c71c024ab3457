"""Variables that equal one another up to a sign."""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from netwright.dynamics.scales.label import FIXED, WILD, Label, Term
from netwright.dynamics.scales.system import Ints, System


def simplified(system: System, label: Label) -> Label:
    """Return a label with the variables that are known to be equal written as one, and those known to be 0 gone.

    Args:
        system: The equations so far.
        label: Any label.

    Returns:
        A label that equals it wherever the equations hold, with as many terms at most.

    >>> system = System(count=4)
    >>> system.pairs.append((np.array([1]), np.array([2]), -1))
    >>> system.zeros.append((np.array([3]), 0))
    >>> terms = (Term(torch.tensor([1])), Term(torch.tensor([2]), -1.0), Term(torch.tensor([3])))
    >>> simplified(system, Label(terms)).terms
    ()
    """
    pairs, zeros = joined(system)
    sign, root = components(system.count, pairs)
    dead = dead_roots(system.count, pairs, zeros, root)
    written = np.where(dead[root], FIXED, np.where(sign > 0, root, np.arange(system.count)))
    # a wild element, -1, stays what it is: the last entry
    table = torch.from_numpy(np.append(written, WILD))
    result = Label()
    for term in label.terms:
        ids = table[term.ids]
        if bool((ids != FIXED).any()):
            result = result.plus(Label((Term(ids, term.factor),)))
    return result


def joined(system: System) -> tuple[Ints, Ints]:
    """Return the equations a + sign b = 0 as rows (a, b, sign), and the variables that are 0."""
    columns = [np.stack([a, b, np.full_like(a, sign)], axis=1) for a, b, sign in system.pairs]
    pairs = np.concatenate([np.empty((0, 3), np.int64), *columns])
    return pairs, np.concatenate([np.empty(0, np.int64), *(ids for ids, _ in system.zeros)])


def _graph(count: int, pairs: Ints) -> tuple[int, Ints]:
    """Return the components of the graph of signed variables: node v is +v, node count + v is -v."""
    a, b, sign = pairs.T
    # a + sign b = 0: +a meets -b where the sign is +, +b where it is -
    meets = np.where(sign > 0, b + count, b)
    opposite = np.where(sign > 0, b, b + count)
    start, end = np.concatenate([a, a + count]), np.concatenate([meets, opposite])
    graph = sparse.coo_array((np.ones(len(start), np.int8), (start, end)), shape=(2 * count, 2 * count))
    number, label = connected_components(graph, directed=False)
    return int(number), label.astype(np.int64)


def components(count: int, pairs: Ints) -> tuple[Ints, Ints]:
    """Return for every variable its sign relative to its root, and its root: the first variable of its kin."""
    number, label = _graph(count, pairs)
    first = np.full(number, 2 * count, np.int64)
    np.minimum.at(first, label, np.arange(2 * count))
    plus, minus = first[label[:count]], first[label[count:]]
    root = np.minimum(plus % count, minus % count)
    sign = np.where(plus == root, 1, -1)
    return sign.astype(np.int64), root


def dead_roots(count: int, pairs: Ints, zeros: Ints, root: Ints) -> NDArray[np.bool_]:
    """Return which roots are 0: by an equation, or because they equal their own opposite."""
    _, label = _graph(count, pairs)
    dead = np.zeros(count, bool)
    dead[0] = True
    dead[root[zeros]] = True
    dead[root[label[:count] == label[count:]]] = True
    return dead
