"""Operations that only move what a tensor holds, replayed on other tensors in its place."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from netwright.structure.tape import Operation, Value

KEEPS_ORDER = frozenset({
    "view", "reshape", "view_as", "reshape_as", "flatten", "unflatten", "ravel", "squeeze", "unsqueeze", "contiguous",
    "clone", "to", "float", "double", "half", "bfloat16", "type", "type_as", "cpu", "cuda", "alias",
})  # fmt: skip
"""Operations after which the elements stand in the same order, perhaps in another shape or precision."""

EXPANDS = frozenset({"expand", "expand_as", "broadcast_to"})
"""Operations that repeat a tensor along dimensions of size 1."""

REARRANGES = frozenset({
    "transpose", "permute", "T", "mT", "t", "movedim", "moveaxis", "swapaxes", "swapdims", "split", "chunk", "unbind",
    "tensor_split", "split_with_sizes", "getitem", "narrow", "select", "index_select", "repeat", "repeat_interleave",
    "tile", "flip", "roll", "cat", "stack",
})  # fmt: skip
"""Other operations that take elements from one place and put them in another."""


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
    return operation.name in KEEPS_ORDER | EXPANDS | REARRANGES


def replay(operation: Operation, instead: Mapping[Value, Tensor]) -> list[Tensor]:
    """Return what an operation that only moves elements does to other tensors of the same shapes.

    Args:
        operation: One that `moves` elements.
        instead: Tensors in place of values; a value without one stays what it was.

    Returns:
        A tensor for each output.

    >>> x = Value("input", torch.zeros(2, 3))
    >>> out = Value("computed", torch.zeros(3, 2))
    >>> replay(Operation("transpose", torch.transpose, (x, 0, 1), {}, out, ""), {x: torch.arange(6).view(2, 3)})
    [tensor([[0, 3], [1, 4], [2, 5]])]
    """
    first = next((instead[value] for value in operation.inputs if value in instead), None)
    if first is not None and (operation.name in KEEPS_ORDER or operation.name == "dropout"):
        return [first.reshape(operation.outputs[0].shape)]
    if first is not None and operation.name in EXPANDS:
        return [first.expand(operation.outputs[0].shape)]
    result = operation.function(*_put(operation.args, instead), **_put(operation.kwargs, instead))
    return [result] if isinstance(result, Tensor) else list(result)


def _put(structure: Any, instead: Mapping[Value, Tensor]) -> Any:
    if isinstance(structure, Value):
        held = instead.get(structure)
        return structure.tensor.detach().cpu() if held is None else held[...]
    if isinstance(structure, tuple | list):
        return type(structure)(_put(part, instead) for part in structure)
    if isinstance(structure, dict):
        return {name: _put(part, instead) for name, part in structure.items()}
    return structure
