"""Which coordinate of which linear map every element of a value holds."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from netwright.dynamics.heads.movement import carry
from netwright.structure.tape import Operation, Value

LARGEST = 1 << 40
"""Largest number of a share before shares are numbered afresh."""


@dataclass(frozen=True)
class Layout:
    """What every element of a value holds: a coordinate of a linear map's output, times something.

    Args:
        ids: Number of the coordinate, shaped as the value; -1 where an element is none.
        shares: Elements with the same number come from the same position, times the same factor: a matrix that acts on
            their coordinates acts on them.
        mixed: Whether positions have been mixed since, as attention does with its values.
    """

    ids: Tensor
    shares: Tensor
    mixed: bool = False


def laid_out(ids: Tensor, along: tuple[int, ...], shape: tuple[int, ...], mixed: bool = False) -> Layout:
    """Return the layout of a value every position of which holds all coordinates.

    Args:
        ids: Coordinates, with as many dimensions as the value; 1 along those in which they stay the same.
        along: Dimensions along which the coordinates of a position run.
        shape: Of the value.
        mixed: Whether its positions were mixed.

    >>> laid_out(torch.tensor([[7, 8]]), (1,), (3, 2)).shares.tolist()
    [[0, 0], [1, 1], [2, 2]]
    """
    positions = torch.Size(1 if axis in along else size for axis, size in enumerate(shape))
    shares = torch.arange(positions.numel()).reshape(positions)
    return Layout(ids.expand(shape), shares.expand(shape), mixed)


def moved(operation: Operation, layouts: dict[Value, Layout]) -> list[Layout]:
    """Return the layouts of the outputs of an operation that only moves elements.

    Args:
        operation: The operation.
        layouts: Of its inputs, as far as they have one.

    Returns:
        A layout for each output.
    """
    known = [value for value in dict.fromkeys(operation.inputs) if value in layouts]
    floating = [v for v in dict.fromkeys(operation.inputs) if v.tensor.is_floating_point() or v in layouts]
    ids = {v: layouts[v].ids if v in layouts else torch.full(v.shape, -1) for v in floating}
    first, shares = 0, {}
    for value in floating:
        own = layouts[value].shares if value in layouts else torch.zeros(value.shape, dtype=torch.long)
        shares[value] = own + first if first else own
        first += int(own.max()) + 1 if own.numel() and len(floating) > 1 else 0
    mixed = any(layouts[value].mixed for value in known)
    both = zip(carry(operation, ids), carry(operation, shares), strict=True)
    return [Layout(one, other, mixed) for one, other in both]


def scaled(layout: Layout, factor: tuple[int, ...], shape: tuple[int, ...]) -> Layout:
    """Return the layout after multiplication by a tensor.

    Args:
        layout: Before.
        factor: Shape of the tensor; every element of it may be another number.
        shape: Of the product.

    >>> scaled(laid_out(torch.tensor([[7, 8]]), (1,), (2, 2)), (2, 1), (2, 2)).shares.tolist()
    [[0, 0], [3, 3]]
    """
    size = torch.Size(factor).numel()
    ids, shares = layout.ids.expand(shape), layout.shares.expand(shape)
    if size > 1:
        shares = shares * size + torch.arange(size).reshape(factor).expand(shape)
        if int(shares.max()) > LARGEST:
            shares = torch.unique(shares, return_inverse=True)[1]
    return Layout(ids, shares, layout.mixed)


def stripped(tensor: Tensor) -> Tensor:
    """Return a tensor without the repetitions along the dimensions in which it was expanded: size 1 there.

    >>> stripped(torch.arange(3).expand(5, 3)).shape
    torch.Size([1, 3])
    """
    for axis, (size, stride) in enumerate(zip(tensor.shape, tensor.stride(), strict=True)):
        if size > 1 and stride == 0:
            tensor = tensor.narrow(axis, 0, 1)
    return tensor


def varies(tensor: Tensor, axis: int) -> bool:
    """Return whether a tensor differs anywhere along one of its dimensions.

    >>> varies(torch.arange(3).expand(5, 3), 0), varies(torch.arange(3).expand(5, 3), 1)
    (False, True)
    """
    bare = stripped(tensor)
    return bare.shape[axis] > 1 and bool((bare != bare.narrow(axis, 0, 1)).any())


def added(one: Layout, other: Layout, shape: tuple[int, ...]) -> tuple[Layout, NDArray[np.int64]]:
    """Return the layout of a sum, and which coordinates were added to which.

    Args:
        one: Layout of one term; the sum is numbered by it.
        other: Layout of the other term.
        shape: Of the sum.

    Returns:
        The layout, and (2, pairs) numbers that stand for the same coordinate from now on.
    """
    (ids, others), same = _bare(one.ids.expand(shape), other.ids.expand(shape))
    pairs = torch.unique(torch.stack([ids.reshape(-1), others.reshape(-1)]), dim=1) if same else None
    (shares, more), _ = _bare(one.shares.expand(shape), other.shares.expand(shape))
    shares = shares * (int(more.max()) + 1 if more.numel() else 1) + more
    if shares.numel() and int(shares.max()) > LARGEST:
        shares = torch.unique(shares, return_inverse=True)[1]
    layout = Layout(one.ids.expand(shape), shares.expand(shape), one.mixed or other.mixed)
    return layout, (np.zeros((2, 0), np.int64) if pairs is None else pairs.numpy())


def _bare(one: Tensor, other: Tensor) -> tuple[tuple[Tensor, Tensor], bool]:
    """Return two tensors of the same shape without the dimensions along which both were expanded."""
    for axis in range(one.dim()):
        if one.shape[axis] > 1 and one.stride(axis) == 0 and other.stride(axis) == 0:
            one, other = one.narrow(axis, 0, 1), other.narrow(axis, 0, 1)
    return (one, other), bool(one.numel())
