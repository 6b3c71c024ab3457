"""Frames of a value along its time axis: padded, put together, copied."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from netwright.records.errors import InputError


def padded(whole: Tensor, axis: int, before: int, behind: int, fill: float) -> Tensor:
    """Return a value with constant frames before and behind it.

    Args:
        whole: The value.
        axis: Its time axis, counted from 0.
        before: Frames to stand before it.
        behind: Frames to stand behind it.
        fill: What those frames are made of.

    Returns:
        The longer value.

    >>> padded(torch.ones(1, 2), 1, 1, 2, 0.0)
    tensor([[0., 1., 1., 0., 0.]])
    """
    return functional.pad(whole, (0, 0) * (whole.ndim - 1 - axis) + (before, behind), value=fill)


def constant(like: Tensor, axis: int, count: int, fill: float) -> Tensor:
    """Return frames of one number, of the shape, type and device of those of another value.

    >>> constant(torch.ones(1, 5), 1, 2, 7.0)
    tensor([[7., 7.]])
    """
    shape = list(like.shape)
    shape[axis] = count
    return like.new_full(shape, fill)


def together(parts: Sequence[Tensor], axis: int) -> Tensor:
    """Return one or more values as one, in time; a single one as it is, without a copy.

    >>> together([torch.zeros(1, 1), torch.ones(1, 2)], 1)
    tensor([[0., 1., 1.]])
    """
    return parts[0] if len(parts) == 1 else torch.cat(list(parts), axis)


def copied(frames: Tensor) -> Tensor:
    """Return frames that share no memory with any other tensor and hold on to no gradient."""
    return frames.detach().clone()


def require(found: int, wanted: int, what: str) -> None:
    """Refuse a value that is too short to have any output.

    Raises:
        InputError: It has fewer frames than are needed.
    """
    if found < wanted:
        raise InputError(f"found {found} frames before {what}, which answers from {wanted} on: hand in a longer clip")
