"""A way to cut a parameter into slices, each of which a symmetry moves as one."""

from dataclasses import dataclass
from functools import cache, cached_property
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

PASS_ELEMENTS = 1 << 16
"""Elements that are widened to float64 at once: what a reading needs of extra memory stays within half a megabyte."""
DEVICE_PASS_ELEMENTS = 1 << 22
"""The same on an accelerator, where launching many small kernels would cost more than the memory."""

SHORTEST_BLOCK, LONGEST_BLOCK, ROWS_AT_ONCE = 32, 256, 64
"""Elements that float32 adds up before float64 takes over: within a row, at least and at most, and down a column."""


@dataclass(frozen=True)
class Slicing:
    """A parameter seen as an array whose dimensions in `keep` number the slices; the others run inside a slice.

    Args:
        parameter: Its name in the model.
        view: A shape with as many elements as the parameter.
        keep: Dimensions of the view that stay, in order.

    The rows of a matrix (out, in) are `Slicing(name, (out, in), (0,))`, its columns `Slicing(name, (out, in), (1,))`.
    """

    parameter: str
    view: tuple[int, ...]
    keep: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many slices there are."""
        return prod(self.view[axis] for axis in self.keep)

    def sums(self, values: Tensor) -> Tensor:
        """Return the sum over each slice, in float64.

        Args:
            values: As many elements as the parameter.

        Returns:
            (count,), float64, where the values are.

        >>> Slicing("w", (2, 3), (1,)).sums(torch.arange(6.0)).tolist()
        [3.0, 5.0, 7.0]
        """
        return self._reduced(values, None, torch.float64)

    def products(self, left: Tensor, right: Tensor, precision: torch.dtype = torch.float64) -> Tensor:
        """Return the sum over each slice of left * right, in float64.

        Args:
            left: As many elements as the parameter.
            right: The same; the very same tensor for squares.
            precision: In what elements are multiplied and blocks of some hundred added, at least that of the values;
                all else is added in float64. Float32 errs by less than 1e-7 of the squares, in a fifth of the time.

        Returns:
            (count,), float64.

        >>> Slicing("w", (2, 3), (0,)).products(torch.arange(6.0), torch.ones(6)).tolist()
        [3.0, 12.0]
        >>> Slicing("w", (2, 3), (0,)).products(*2 * (torch.arange(6.0),), torch.float32).round(decimals=4).tolist()
        [5.0, 50.0]
        """
        return self._reduced(left, right, precision)

    def _reduced(self, left: Tensor, right: Tensor | None, precision: torch.dtype) -> Tensor:
        plain = self.simplest
        work = torch.promote_types(left.dtype, precision)
        one = left.detach().reshape(plain.view)
        other = None if right is None else (one if right is left else right.detach().reshape(plain.view))
        rows = work is torch.float32 and plain.keep == (0,) and one.dim() == 2 and _block(one.shape[1]) > 0
        if other is not None and rows:
            if other is one:
                return _row_squares(one)
            if _in_numpy(one, other):
                return _row_products(one.numpy(), other.numpy())
        if other is not None and work is torch.float32 and plain.keep == (1,) and _in_numpy(one, other):
            return _column_products(one, other)
        return _in_passes(one, other, plain.keep, work)

    @cached_property
    def simplest(self) -> "Slicing":
        """The same slices in the simplest view: neighbours that both stay, or both do not, are one dimension.

        >>> Slicing("kernel", (8, 4, 3, 3), (0,)).simplest
        Slicing(parameter='kernel', view=(8, 36), keep=(0,))
        """
        view: list[int] = []
        stays: list[bool] = []
        for axis, size in enumerate(self.view):
            stay = axis in self.keep
            if stays and (stays[-1] == stay or size == 1):
                view[-1] *= size
            elif view == [1]:
                view, stays = [size], [stay]
            else:
                view, stays = [*view, size], [*stays, stay]
        keep = tuple(axis for axis, stay in enumerate(stays) if stay)
        return Slicing(self.parameter, tuple(view or [1]), keep)


def _row_squares(values: Tensor) -> Tensor:
    """Return the sum of squares of each row of a float32 matrix, without a copy; blocks are added in float64."""
    rows, width = values.shape
    block = _block(width)
    lengths: Tensor = torch.linalg.vector_norm(values.reshape(-1, block), dim=1, dtype=torch.float32)
    return lengths.double().square().reshape(rows, -1).sum(1)


def _row_products(one: NDArray[np.float32], other: NDArray[np.float32]) -> Tensor:
    """Return the sum of products of each row of two float32 matrices, without a copy."""
    rows, width = one.shape
    block = _block(width)
    sums = np.einsum("ij,ij->i", one.reshape(-1, block), other.reshape(-1, block))
    return torch.from_numpy(sums.astype(np.float64)).reshape(rows, -1).sum(1)


def _column_products(one: Tensor, other: Tensor) -> Tensor:
    """Return the sum of products of each column (second dimension) of two float32 arrays, without a copy."""
    first, columns = one.shape[:2]
    left, right = (values.reshape(first, -1).numpy() for values in (one, other))
    total = np.zeros(left.shape[1])
    for start in range(0, first, ROWS_AT_ONCE):
        total += np.einsum("ij,ij->j", left[start : start + ROWS_AT_ONCE], right[start : start + ROWS_AT_ONCE])
    return torch.from_numpy(total).reshape(columns, -1).sum(1)


@cache
def _block(width: int) -> int:
    """Return into blocks of how many elements a row is cut: the largest divisor up to a limit; 0 where all are small.

    >>> _block(4608), _block(27), _block(509)
    (256, 27, 0)
    """
    longest = next((size for size in range(min(width, LONGEST_BLOCK), 0, -1) if width % size == 0), 0)
    return longest if longest >= min(width, SHORTEST_BLOCK) else 0


def _in_numpy(one: Tensor, other: Tensor) -> bool:
    """Return whether numpy can multiply and add two tensors where they are, without a copy."""
    return all(part.device.type == "cpu" and part.dtype is torch.float32 for part in (one, other))


def _in_passes(one: Tensor, other: Tensor | None, keep: tuple[int, ...], work: torch.dtype) -> Tensor:
    """Reduce along the first dimension pass by pass, so that little is copied at a time and stays in the cache."""
    first, rest = 0 in keep, tuple(axis for axis in range(1, one.dim()) if axis not in keep)
    at_once = PASS_ELEMENTS if one.device.type == "cpu" else DEVICE_PASS_ELEMENTS
    step = max(1, at_once // max(1, one[:1].numel()))
    rows = []
    total = torch.zeros(one.shape[1:], dtype=torch.float64, device=one.device)
    for start in range(0, one.shape[0], step):
        part = one[start : start + step].to(work)
        if other is not None:
            part = part * (part if other is one else other[start : start + step].to(work))
        if first:
            rows.append((part.sum(rest) if rest else part).double())
        else:
            total += part.sum(0)
    if first:
        return torch.cat(rows).reshape(-1) if rows else total.reshape(-1)
    inside = tuple(axis - 1 for axis in rest)
    return (total.sum(inside) if inside else total).reshape(-1)
