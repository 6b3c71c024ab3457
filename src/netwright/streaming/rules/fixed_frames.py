"""Fixed tensors beside flowing ones: they must be the same for every frame."""

import torch
from torch import Tensor

from netwright.streaming.builder import on_axis, refuse
from netwright.structure.tape import Operation, Value


def over_time(operation: Operation, value: Value, rank: int, axis: int) -> Tensor:
    """Return a fixed tensor as one that fits any number of frames.

    Args:
        operation: What reads it.
        value: The fixed tensor.
        rank: Axes of the values that flow.
        axis: Where time is among them.

    Returns:
        The tensor; its axis that meets time has one entry, to be broadcast.

    Raises:
        ModelError: It is another one for different frames.

    >>> zeros = Value("constant", torch.zeros(1, 4, 8, 2, 2))
    >>> over_time(Operation("add", torch.add, (), {}, None, ""), zeros, 5, 2).shape
    torch.Size([1, 4, 1, 2, 2])
    """
    tensor = value.tensor
    if value.origin in {"parameter", "buffer"} and tensor.dim() < rank:
        return tensor
    missing = rank - tensor.dim()
    for place, what in (
        (axis - missing, "frame (such as a place in time)"),
        (-missing, "video of a batch"),
    ):
        if place < 0 or tensor.shape[place] == 1:
            continue
        first = on_axis(tensor, place, slice(0, 1))
        if not torch.equal(first.expand_as(tensor), tensor):
            refuse(operation, f"it adds something else to every {what}; a stream has neither end nor batch of its own")
        tensor = first
    return tensor
