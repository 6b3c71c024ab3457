"""Sums over products of two values, in one form: by the letters of their dimensions, as einsum writes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from netwright.structure.tape import Operation, Value

INNER = "i"
OUTER = "o"
BATCH = "ABCDEFGHJKLMN"
SPACE = ("xyz", "uvw", "XYZ")
"""Letters of a convolution's positions: of its input, its kernel and its output."""


@dataclass(frozen=True, eq=False)
class Product:
    """A sum over products of two values.

    Args:
        left: One value.
        right: The other; in a layer, its weight.
        left_axes: A letter for each dimension of `left`.
        right_axes: Of `right`.
        out_axes: Of the result. A letter of both that is not here is summed over.
        bias: What is added along the result's `o`.
    """

    left: Value
    right: Value
    left_axes: str
    right_axes: str
    out_axes: str
    bias: Value | None = None

    @property
    def summed(self) -> str:
        """Letters that are summed over."""
        return "".join(a for a in self.right_axes if a in self.left_axes and a not in self.out_axes)

    @property
    def free(self) -> str:
        """Letters of the right value alone that the result has."""
        return "".join(a for a in self.right_axes if a in self.out_axes and a not in self.left_axes)

    def swapped(self) -> "Product":
        """Return the same product with its values in the other order."""
        return Product(self.right, self.left, self.right_axes, self.left_axes, self.out_axes)


def product_of(operation: Operation) -> Product | None:
    """Return an operation as a sum over products; None where it is another, or one with more to it.

    Args:
        operation: Any operation.

    >>> import torch
    >>> x, w = Value("input", torch.zeros(2, 5, 3)), Value("parameter", torch.zeros(4, 3))
    >>> found = product_of(Operation("linear", None, (x, w, None), {}, x, ""))
    >>> found.left_axes, found.right_axes, found.out_axes, found.summed, found.free
    ('ABi', 'oi', 'ABo', 'i', 'o')
    """
    read = READERS.get(operation.name)
    return read(operation) if read is not None else None


def _linear(operation: Operation) -> Product | None:
    value, weight = operation.argument(0, "input"), operation.argument(1, "weight")
    batch = BATCH[: len(value.shape) - 1]
    bias = operation.argument(2, "bias")
    return Product(value, weight, batch + INNER, OUTER + INNER, batch + OUTER, bias) if len(weight.shape) == 2 else None


def _addmm(operation: Operation) -> Product | None:
    bias, left, right = (operation.argument(at, name) for at, name in enumerate(("input", "mat1", "mat2")))
    if operation.kwargs.get("beta", 1) != 1 or operation.kwargs.get("alpha", 1) != 1:
        return None
    return Product(left, right, "A" + INNER, INNER + OUTER, "A" + OUTER, bias)


def _matmul(operation: Operation) -> Product | None:
    left, right = operation.args[0], operation.argument(1, "other", operation.argument(1, "mat2"))
    if not (isinstance(left, Value) and isinstance(right, Value)) or min(len(left.shape), len(right.shape)) < 2:
        return None
    batch = BATCH[: max(len(left.shape), len(right.shape)) - 2]
    before, after = (batch[len(batch) - len(value.shape) + 2 :] for value in (left, right))
    return Product(left, right, before + "r" + INNER, after + INNER + OUTER, batch + "r" + OUTER)


def _baddbmm(operation: Operation) -> Product | None:
    left, right = operation.argument(1, "batch1"), operation.argument(2, "batch2")
    return Product(left, right, "Ar" + INNER, "A" + INNER + OUTER, "Ar" + OUTER)


def _einsum(operation: Operation) -> Product | None:
    equation, *operands = operation.args
    if len(operands) == 1 and isinstance(operands[0], list | tuple):
        operands = list(operands[0])
    if not isinstance(equation, str) or len(operands) != 2 or "->" not in equation or "." in equation:
        return None
    taken, out = equation.replace(" ", "").split("->")
    left, right = taken.split(",")
    once = all(len(set(axes)) == len(axes) for axes in (left, right, out))
    alone = (set(left) ^ set(right)) - set(out)
    one, other = operands
    return Product(one, other, left, right, out) if once and not alone else None


def _convolution(operation: Operation) -> Product | None:
    value, weight, bias = (operation.argument(at, name) for at, name in enumerate(("input", "weight", "bias")))
    size = len(weight.shape) - 2
    if operation.argument(6, "groups", 1) != 1 or len(value.shape) != size + 2:
        return None
    inside, kernel, outside = (letters[:size] for letters in SPACE)
    return Product(value, weight, "A" + INNER + inside, OUTER + INNER + kernel, "A" + OUTER + outside, bias)


def _embedding(operation: Operation) -> Product | None:
    """Return a look-up as a layer without input: whatever changes the gradient of its rows makes it something else."""
    tokens, weight = operation.argument(0, "input"), operation.argument(1, "weight")
    plain = operation.argument(2, "padding_idx") is None and operation.argument(3, "max_norm") is None
    if not plain or operation.argument(5, "scale_grad_by_freq", False):
        return None
    batch = BATCH[: len(tokens.shape)]
    return Product(tokens, weight, batch, "v" + OUTER, batch + OUTER)


READERS: dict[str, Callable[[Operation], Any]] = {
    "linear": _linear,
    "addmm": _addmm,
    "matmul": _matmul,
    "mm": _matmul,
    "bmm": _matmul,
    "baddbmm": _baddbmm,
    "einsum": _einsum,
    "conv1d": _convolution,
    "conv2d": _convolution,
    "conv3d": _convolution,
    "embedding": _embedding,
}
"""How each operation is read."""
