"""The charges of one parameter: a sum of its elements over each class of its pattern."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from netwright.dynamics.shifts.pattern import Pattern, Product
from netwright.dynamics.slicing import Slicing


@dataclass(frozen=True, eq=False)
class Charges:
    """Sums over slices of one parameter, each of which the gradient of the loss leaves at 0.

    Args:
        slicing: How the parameter is cut.
        weights: (charges, slices).
        elements: How many elements of the parameter each charge adds.
    """

    slicing: Slicing
    weights: sparse.csr_array
    elements: torch.Tensor

    def part(self, single: bool) -> "Charges | None":
        """Return the charges of single elements, or those of several; None where there are none."""
        kept = (self.elements == 1) == single
        if not bool(kept.any()):
            return None
        return Charges(self.slicing, self.weights[np.flatnonzero(kept.numpy())], self.elements[kept])


def charges_of(name: str, shape: tuple[int, ...], pattern: Pattern) -> Charges | None:
    """Return the charges of a parameter: of each class that is neither frozen nor unread, the sum of its elements.

    Args:
        name: The parameter's.
        shape: Its shape.
        pattern: The class of each of its elements.

    Returns:
        The charges, None where there are none.

    >>> found = charges_of("w", (3, 2), Product((torch.tensor([1, 1, 1]), torch.tensor([1, 2]))))
    >>> found.slicing.keep, found.weights.toarray().tolist(), found.elements.tolist()
    ((1,), [[1.0, 0.0], [0.0, 1.0]], [3, 3])
    """
    if pattern is None:
        return None
    axes = list(pattern.axes) if isinstance(pattern, Product) else factored(pattern.reshape(shape))
    view = shape if len(axes) == len(shape) else (len(axes[0]),)
    whole = [bool((axis == axis[0]).all()) and int(axis[0]) > 0 for axis in axes]
    keep = tuple(dim for dim in range(len(axes)) if not whole[dim])
    inside = int(np.prod([len(axis) for axis, summed in zip(axes, whole, strict=True) if summed], dtype=np.int64))
    ids = Product(tuple(axes[dim] for dim in keep)).dense().reshape(-1) if keep else torch.ones(1, dtype=torch.int64)
    moved = (ids > 0).nonzero().reshape(-1)
    if not len(moved):
        return None
    _, charge, sizes = torch.unique(ids[moved], return_inverse=True, return_counts=True)
    order = _in_order(charge)
    entries = (np.ones(len(moved)), (order[charge].numpy(), moved.numpy()))
    weights = sparse.csr_array(entries, shape=(len(sizes), len(ids)))
    return Charges(Slicing(name, view, keep), weights, sizes[order.argsort()] * inside)


def factored(ids: Tensor) -> list[Tensor]:
    """Return a partition as classes of each axis where it is their product, else of all elements as one axis.

    >>> [axis.tolist() for axis in factored(torch.tensor([[1, 1], [2, 2]]))]
    [[1, 2], [1, 1]]
    >>> [axis.tolist() for axis in factored(torch.tensor([[1, 1], [1, 2]]))]
    [[1, 1, 1, 2]]
    """
    flat = [ids.reshape(-1)]
    moved = (ids > 0).nonzero()
    if ids.dim() < 2 or not len(moved):
        return flat
    base = moved[0]
    axes = []
    for dim in range(ids.dim()):
        line = ids
        for other in reversed(range(ids.dim())):
            line = line if other == dim else line.select(other, int(base[other]))
        axes.append(line)
    product = Product(tuple(_counted(axis) for axis in axes))
    return list(product.axes) if torch.equal(_counted(product.dense()), _counted(ids)) else flat


def _counted(ids: Tensor) -> Tensor:
    """Return classes numbered from 1 in the order of their first elements; frozen and unread ones as they are."""
    flat = ids.reshape(-1)
    moved = flat > 0
    _, inverse = torch.unique(flat[moved], return_inverse=True)
    found = flat.clone()
    if len(inverse):
        found[moved] = _in_order(inverse)[inverse] + 1
    return found.reshape(ids.shape)


def _in_order(classes: Tensor) -> Tensor:
    """Return the rank of each class by its first element."""
    count = int(classes.max()) + 1
    first = torch.full((count,), len(classes)).scatter_reduce_(0, classes, torch.arange(len(classes)), "amin")
    return first.argsort().argsort()
