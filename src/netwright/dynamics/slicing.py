"""A way to cut a parameter into slices, each of which a symmetry moves as one."""

from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

PASS_ELEMENTS = 1 << 16
"""Elements that are widened to float64 at once: what a reading needs of extra memory stays within half a megabyte."""


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
        return self._reduced(values, None)

    def products(self, left: Tensor, right: Tensor) -> Tensor:
        """Return the sum over each slice of left * right, in float64.

        Args:
            left: As many elements as the parameter.
            right: The same; the very same tensor for squares.

        Returns:
            (count,), float64.

        >>> Slicing("w", (2, 3), (0,)).products(torch.arange(6.0), torch.ones(6)).tolist()
        [3.0, 12.0]
        """
        return self._reduced(left, right)

    def _reduced(self, left: Tensor, right: Tensor | None) -> Tensor:
        """Reduce pass by pass along the first dimension, so that little is widened at a time."""
        one = left.detach().reshape(self.view)
        other = None if right is None else (one if right is left else right.detach().reshape(self.view))
        if one.dim() == 0 or not one.numel():
            one, other = one.reshape(1, -1), None if other is None else other.reshape(1, -1)
        step = max(1, PASS_ELEMENTS // max(1, one.numel() // one.shape[0]))
        inside = tuple(axis for axis in range(one.dim()) if axis not in self.keep)
        parts = []
        for start in range(0, one.shape[0], step):
            part = one[start : start + step].double()
            if other is not None:
                part = part * (part if other is one else other[start : start + step].double())
            parts.append(part.sum(inside) if inside else part)
        if 0 in self.keep:
            return torch.cat(parts).reshape(-1)
        return torch.stack(parts).sum(0).reshape(-1)
