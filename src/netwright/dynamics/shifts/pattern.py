"""Which shifts of a value the loss does not see: those that are constant on the classes of a partition."""

from dataclasses import dataclass
from functools import reduce
from math import prod

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor

FROZEN = 0
"""The class of elements that may not be shifted."""
UNREAD = -1
"""Stands at elements that nothing reads: each may be shifted by itself, and says nothing of the network."""


@dataclass(frozen=True, eq=False)
class Product:
    """A partition of a tensor into products of classes of its axes.

    Args:
        axes: For each dimension the class of each index; an element is frozen (unread) where one of its indices is.

    >>> Product((torch.tensor([1, 1, 0]), torch.tensor([1, 2]))).dense().tolist()
    [[1, 2], [1, 2], [0, 0]]
    """

    axes: tuple[Tensor, ...]

    def dense(self) -> Tensor:
        """Return the class of every element."""
        return reduce(_times, self.axes[1:], self.axes[0])


Pattern = Tensor | Product | None
"""The class of each element, or None where all are frozen."""


def dense(pattern: Pattern, shape: tuple[int, ...]) -> Tensor:
    """Return the class of each element of a value of some shape."""
    if pattern is None:
        return torch.zeros(shape, dtype=torch.int64)
    return (pattern.dense() if isinstance(pattern, Product) else pattern).reshape(shape)


def grouped(shape: tuple[int, ...], dims: tuple[int, ...]) -> Tensor:
    """Return the partition whose classes run along some dimensions, one class for each index of the others.

    >>> grouped((2, 3), (-1,)).tolist()
    [[1, 1, 1], [2, 2, 2]]
    """
    inside = {dim % len(shape) for dim in dims} if shape else set()
    kept = [1 if dim in inside else size for dim, size in enumerate(shape)]
    return torch.arange(1, prod(kept) + 1).reshape(kept).expand(shape)


def pull(ids: Tensor, source: Tensor, count: int) -> Tensor | None:
    """Return the partition of inputs under which every output shifts by a constant on each of its classes.

    Each output repeats one input, so that two inputs fall together where outputs of one class repeat them.

    Args:
        ids: The class of each output.
        source: The input that each output repeats, counted from 1; 0 where it repeats a constant, which freezes its
            class, and negative where nothing holds it.
        count: How many inputs there are.

    Returns:
        (count,): the class of each input.

    >>> pull(torch.tensor([1, 1, 2, 3]), torch.tensor([1, 2, 3, 0]), 4).tolist()
    [1, 1, 2, -1]
    """
    ids, source = ids.reshape(-1), source.reshape(-1)
    linked = (ids != UNREAD) & (source >= 0)
    if not bool(linked.all()):
        ids, source = ids[linked], source[linked]
    if not len(ids):
        return torch.full((count,), UNREAD)
    if not ids.any():
        found = torch.full((count,), UNREAD)
        found[source[source > 0] - 1] = FROZEN
        return found if bool((found == UNREAD).any()) else None
    seen = torch.bincount(source, minlength=count + 1)[1:]
    found = (_scattered if int(seen.max()) <= 1 else _connected)(ids, source, count)
    found[seen == 0] = UNREAD
    return None if bool((found == FROZEN).all()) else found


def join(one: Pattern, other: Pattern) -> Pattern:
    """Return the shifts that two readers of one value both absorb: the finest partition coarser than both.

    >>> join(torch.tensor([1, 1, 2, 3]), torch.tensor([1, 2, 2, 0])).tolist()
    [2, 2, 2, 0]
    """
    if one is None or other is None:
        return None
    if isinstance(one, Product) and isinstance(other, Product):
        axes = [join(mine, theirs) for mine, theirs in zip(_singled(one), _singled(other), strict=True)]
        return None if any(axis is None for axis in axes) else Product(tuple(axes))  # type: ignore[arg-type]
    first, second = (part.dense() if isinstance(part, Product) else part for part in (one, other))
    if torch.equal(first, second):
        return first
    numbers = torch.arange(1, first.numel() + 1)
    apart = torch.where(second > 0, second + first.max().clamp_min(0), second)
    ids = torch.cat([first.reshape(-1), apart.reshape(-1)])
    joined = pull(ids, torch.cat([numbers, numbers]), first.numel())
    return None if joined is None else joined.reshape(first.shape)


def settle(ids: Tensor, factor: Tensor) -> Tensor:
    """Return a partition in which every class that meets two factors is frozen.

    Args:
        ids: The class of each output.
        factor: Number of what the shift is multiplied with on its way to each output.

    Returns:
        As `ids`.

    >>> settle(torch.tensor([1, 1, 2, 2]), torch.tensor([7, 7, 7, 8])).tolist()
    [1, 1, 0, 0]
    """
    flat, factor = ids.reshape(-1), factor.expand(ids.shape).reshape(-1)
    place = flat.clamp_min(0)
    size = int(place.max()) + 1 if len(flat) else 1
    low = torch.full((size,), factor.numel() + 1 if not len(factor) else int(factor.max()))
    high = torch.full((size,), -1)
    low.scatter_reduce_(0, place, factor, "amin")
    high.scatter_reduce_(0, place, factor, "amax")
    mixed = (low != high)[place] & (flat > 0)
    return torch.where(mixed, FROZEN, flat).reshape(ids.shape)


def spread(ids: Tensor, count: int) -> Tensor:
    """Return (*, count): each class once for every one of `count` independent places.

    >>> spread(torch.tensor([1, 0, 2]), 2).tolist()
    [[1, 2], [0, 0], [3, 4]]
    """
    return _times(ids, torch.arange(1, count + 1))


def is_unread(pattern: Pattern) -> bool:
    """Return whether a pattern says nothing at all."""
    if isinstance(pattern, Product):
        return any(bool((axis == UNREAD).all()) for axis in pattern.axes)
    return pattern is not None and bool((pattern == UNREAD).all())


def _times(left: Tensor, right: Tensor) -> Tensor:
    """Return the product of two partitions: (*left, *right)."""
    width = max(1, int(right.max())) if right.numel() else 1
    one, other = left.reshape(*left.shape, *[1] * right.dim()), right
    ids = (one - 1) * width + other
    ids = torch.where((one == FROZEN) | (other == FROZEN), FROZEN, ids)
    return torch.where((one == UNREAD) | (other == UNREAD), UNREAD, ids)


def _singled(product: Product) -> list[Tensor]:
    """Return the axes with a class of its own for each unread index."""
    axes = []
    for axis in product.axes:
        fresh = int(axis.max()) + torch.arange(1, len(axis) + 1)
        axes.append(torch.where(axis == UNREAD, fresh, axis))
    return axes


def _scattered(ids: Tensor, source: Tensor, count: int) -> Tensor:
    """Pull where no input is repeated: each keeps the class of its output."""
    stuck = torch.zeros(int(ids.max()) + 1, dtype=torch.bool)
    stuck[ids[source == 0]] = True
    stuck[FROZEN] = True
    moved = source > 0
    found = torch.full((count,), UNREAD)
    found[source[moved] - 1] = torch.where(stuck[ids[moved]], FROZEN, ids[moved])
    return found


def _connected(ids: Tensor, source: Tensor, count: int) -> Tensor:
    """Pull where inputs are repeated: they fall together along chains of classes and repetitions."""
    ends = torch.where(ids == FROZEN, 0, ids + count).numpy()
    nodes = count + 1 + int(ids.max())
    edges = coo_array((np.ones(len(ends), dtype=bool), (source.numpy(), ends)), shape=(nodes, nodes))
    labels = torch.from_numpy(connected_components(edges, directed=False)[1].astype(np.int64))
    return torch.where(labels[1 : count + 1] == labels[0], FROZEN, labels[1 : count + 1] + 1)
