"""Operations that only move elements: every element of what they return is one element of what they take."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor
from torch.utils._pytree import tree_leaves, tree_map

from netwright.structure.tape import Operation, Value

MOVEMENTS = frozenset({
    "view", "reshape", "flatten", "unflatten", "ravel", "permute", "transpose", "T", "mT", "t", "H", "mH", "adjoint",
    "movedim", "moveaxis", "swapaxes", "swapdims", "squeeze", "unsqueeze", "expand", "expand_as", "view_as",
    "reshape_as", "broadcast_to", "repeat", "repeat_interleave", "tile", "cat", "stack", "hstack", "vstack", "dstack",
    "column_stack", "split", "split_with_sizes", "chunk", "tensor_split", "hsplit", "vsplit", "dsplit", "unbind",
    "getitem", "select", "narrow", "index_select", "gather", "take", "take_along_dim", "flip", "fliplr", "flipud",
    "roll", "rot90", "pixel_shuffle", "pixel_unshuffle", "channel_shuffle", "native_channel_shuffle", "diagonal",
    "unfold", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_tensors", "unsafe_chunk", "unsafe_split",
})  # fmt: skip
"""Their plain names; of a view, the one that changes the shape and not the kind of number."""


def replay(operation: Operation, instead: Mapping[Value, Tensor]) -> list[Tensor]:
    """Return what an operation makes of other tensors in place of its values.

    Args:
        operation: Any; run once more.
        instead: Tensors in place of values, on the processor; a value without one stays what it was.

    Returns:
        A tensor for each output.

    >>> import torch
    >>> x, out = Value("input", torch.zeros(2, 3)), Value("computed", torch.zeros(3, 2))
    >>> replay(Operation("transpose", torch.transpose, (x, 0, 1), {}, out, ""), {x: torch.arange(6).view(2, 3)})
    [tensor([[0, 3], [1, 4], [2, 5]])]
    """

    def put(leaf: Any) -> Any:
        if not isinstance(leaf, Value):
            return leaf
        return instead[leaf] if leaf in instead else leaf.tensor.detach().cpu()

    args, kwargs = tree_map(put, (operation.args, operation.kwargs))
    result = operation.function(*args, **kwargs)
    return [leaf for leaf in tree_leaves(result) if isinstance(leaf, Tensor)]
