"""Operations that only move what a tensor holds, replayed on other tensors in its place."""

from collections.abc import Mapping

import torch
from torch import Tensor

from netwright.structure.movement import MOVEMENTS, replay
from netwright.structure.tape import Operation, Value

KEEPS_ORDER = frozenset({
    "view", "reshape", "view_as", "reshape_as", "flatten", "unflatten", "ravel", "squeeze", "unsqueeze", "contiguous",
    "clone", "to", "float", "double", "half", "bfloat16", "type", "type_as", "cpu", "cuda", "alias",
})  # fmt: skip
"""Operations after which the elements stand in the same order, perhaps in another shape or precision."""

EXPANDS = frozenset({"expand", "expand_as", "broadcast_to"})
"""Operations that repeat a tensor along dimensions of size 1."""


def moves(operation: Operation) -> bool:
    """Return whether an operation only moves elements, or changes their precision.

    >>> x = Value("input", torch.zeros(2, 3))
    >>> [moves(Operation(name, None, (x, *more), {}, x, "")) for name, *more in (["view", 6], ["relu"], ["dropout", 0])]
    [True, False, True]
    """
    if operation.name == "dropout":
        works = operation.argument(2, "training", operation.kwargs.get("train", True))
        return not works or operation.argument(1, "p", 0.5) == 0
    if operation.name == "view":
        return not any(isinstance(part, torch.dtype) for part in (*operation.args, *operation.kwargs.values()))
    return operation.name in KEEPS_ORDER | MOVEMENTS


def carry(operation: Operation, instead: Mapping[Value, Tensor]) -> list[Tensor]:
    """Return what an operation that only moves elements does to other tensors of the same shapes.

    Args:
        operation: One that `moves` elements.
        instead: Tensors in place of values; a value without one stays what it was.

    Returns:
        A tensor for each output.
    """
    first = next((instead[value] for value in operation.inputs if value in instead), None)
    if first is not None and (operation.name in KEEPS_ORDER or operation.name == "dropout"):
        return [first.reshape(operation.outputs[0].shape)]
    if first is not None and operation.name in EXPANDS:
        return [first.expand(operation.outputs[0].shape)]
    return replay(operation, instead)
