"""Pools over all frames: the video's summary so far."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from netwright.streaming.builder import Builder, Feed, refuse
from netwright.streaming.flow import Flow
from netwright.streaming.heads.cumulative import Cumulative
from netwright.streaming.heads.head import Head
from netwright.streaming.heads.maximum import Maximum
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.latest import Latest
from netwright.streaming.pieces.running_maximum import RunningMaximum
from netwright.streaming.pieces.running_mean import RunningMean
from netwright.streaming.rules.frames_apart import single_frames
from netwright.streaming.rules.sizes import each, one_axis
from netwright.structure.tape import Operation

POOLS = frozenset({
    "mean", "amax", "adaptive_avg_pool1d", "adaptive_avg_pool3d", "adaptive_max_pool1d", "adaptive_max_pool3d",
    "avg_pool1d", "avg_pool3d", "max_pool1d", "max_pool3d",
})  # fmt: skip
"""Operations that may pool all frames."""
DOUBLE = 8
"""Bytes of the numbers that means are summed in."""
Sizes = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
Pool = Callable[[Tensor], Tensor]


def mean(builder: Builder, operation: Operation) -> None:
    """Make a mean over axes, time among them, the summary of the frames so far.

    Args:
        builder: The stream so far.
        operation: mean or amax.
    """
    value = operation.inputs[0]
    flow = builder.flow(value)
    axis = flow.axis
    assert axis is not None
    place = axis - 1 if flow.rows else axis
    given = operation.argument(1, "dim")
    rank = len(value.shape)
    over = tuple(range(rank)) if given is None else tuple(one_axis(one, rank) for one in each(given, 1))
    if place not in over or flow.rows:
        single_frames(builder, operation)
        return
    if 0 in over:
        refuse(operation, "it takes the videos of a batch together; leave the first axis out")
    others = tuple(one for one in over if one != place)
    reduce = Tensor.amax if operation.name == "amax" else Tensor.mean
    within = partial(reduce, dim=others, keepdim=True) if others else None
    _pool(builder, operation, within, operation.name == "amax")


def adaptive_pool(builder: Builder, operation: Operation) -> None:
    """Make an adaptive pool to one frame the summary of the frames so far.

    Args:
        builder: The stream so far.
        operation: adaptive_avg_pool1d, 2d or 3d, or the maximum.
    """
    value = operation.inputs[0]
    flow = builder.flow(value)
    count = int(operation.name[-2])
    axis = flow.axis
    assert axis is not None
    if flow.rows or axis < len(value.shape) - count:
        single_frames(builder, operation)
        return
    given = operation.argument(1, "output_size")
    sizes: list[int | None] = [given] * count if given is None or isinstance(given, int) else list(given)
    at = axis - (len(value.shape) - count)
    pool = getattr(functional, operation.name)
    ours, theirs = builder.clip.frames_of(value, axis), builder.clip.frames_of(operation.outputs[0], axis)
    if ours is not None and ours == theirs and ours[0] != ours[1] and sizes[at] is not None:
        # as many frames as there are: each by itself
        fed = _added(builder, operation, builder.feed(value), partial(_within, pool, sizes, at, axis))
        builder.put(operation.outputs[0], fed.flow)
        return
    if sizes[at] != 1:
        if sizes[at] is None:
            single_frames(builder, operation)
            return
        refuse(operation, f"it pools time to {sizes[at]} frames, which are known at the end only; pool to 1")
    others = tuple(one + len(value.shape) - count for one in range(count) if one != at)
    kept = [value.shape[one] if size is None else size for one, size in zip(others, _but(sizes, at), strict=True)]
    maximum = "max" in operation.name
    if all(size == 1 for size in kept):
        reduce = Tensor.amax if maximum else Tensor.mean
        within: Pool | None = partial(reduce, dim=others, keepdim=True) if others else None
    else:
        within = partial(_within, pool, sizes, at, axis)

    _pool(builder, operation, within, maximum)


def whole_pool(builder: Builder, operation: Operation, sizes: Sizes) -> None:
    """Make a pool whose window is the whole clip, whatever its length, the summary of the frames so far.

    Args:
        builder: The stream so far.
        operation: avg_pool or max_pool of 1 or 3 axes.
        sizes: Kernel, stride and padding on each of its axes.
    """
    value = operation.inputs[0]
    axis = builder.flow(value).axis
    assert axis is not None
    kernel, stride, padding = ([*size[: axis - 2], *size[axis - 1 :]] for size in sizes)
    maximum = operation.name.startswith("max")
    if not kernel:
        _pool(builder, operation, None, maximum)
        return
    if len(kernel) != 2 or axis != 2:
        refuse(operation, "time must be axis 2")
    pool = functional.max_pool3d if maximum else functional.avg_pool3d
    within = partial(pool, kernel_size=(1, *kernel), stride=(1, *stride), padding=(0, *padding))
    _pool(builder, operation, within, maximum)


def _within(pool: Pool, sizes: list[int | None], at: int, axis: int, frames: Tensor) -> Tensor:
    """Pool every frame by itself."""
    return pool(frames, [frames.shape[axis] if place == at else size for place, size in enumerate(sizes)])  # type: ignore[call-arg]


def _but(sizes: list[int | None], at: int) -> list[int | None]:
    return [size for place, size in enumerate(sizes) if place != at]


def _pool(builder: Builder, operation: Operation, within: Pool | None, maximum: bool) -> None:
    """Pool each frame by itself, then over time."""
    result = operation.outputs[0]
    feed = builder.feed(operation.inputs[0])
    if within is not None:
        feed = _added(builder, operation, feed, within)
    if operation in builder.running:
        _tell_for_every_frame(builder, operation, feed, maximum)
        return
    axis = feed.flow.axis
    assert axis is not None
    piece = Latest(_head(builder, operation, maximum), axis, keep_dim=True)
    summed = feed if maximum else replace(feed, bytes=DOUBLE)
    summary = Flow(builder.add("summary", piece, [summed], operation), None, False, feed.flow.stride, feed.flow.late)
    fed = Feed(replace(summary, pools=frozenset({operation})), feed.frame, feed.bytes)
    if len(result.shape) < len(operation.inputs[0].shape):
        fed = _added(builder, operation, fed, partial(_to_shape, result.shape[1:]))
    builder.put(result, fed.flow)


def _tell_for_every_frame(builder: Builder, operation: Operation, feed: Feed, maximum: bool) -> None:
    result, axis = operation.outputs[0], feed.flow.axis
    assert axis is not None
    if builder.mode.name == "delayed":
        refuse(operation, "its summary of the whole clip changes every frame of it; only the mode causal can run it")
    piece = RunningMaximum(axis) if maximum else RunningMean(axis)
    summed = feed if maximum else replace(feed, bytes=DOUBLE)
    fed = replace(feed, flow=replace(feed.flow, node=builder.add("running", piece, [summed], operation)))
    if len(result.shape) < len(operation.inputs[0].shape):
        fed = _added(builder, operation, fed, partial(_to_rows, axis, result.shape[1:]))
        fed = replace(fed, flow=replace(fed.flow, axis=1, rows=True))
    builder.put(result, fed.flow)


def _added(builder: Builder, operation: Operation, feed: Feed, function: Pool) -> Feed:
    node = builder.add("framewise", Framewise(function), [feed], operation)
    like = operation.inputs[0].tensor
    frame = tuple(function(torch.zeros(feed.frame, dtype=like.dtype, device=like.device)).shape)
    return Feed(replace(feed.flow, node=node), frame, feed.bytes)


def _head(builder: Builder, operation: Operation, maximum: bool) -> Head:
    if not maximum:
        return builder.head
    if not isinstance(builder.head, Cumulative):
        refuse(operation, "it takes the maximum, which only the cumulative head follows")
    return Maximum()


def _to_shape(shape: tuple[int, ...], summary: Tensor) -> Tensor:
    return summary.reshape(summary.shape[0], *shape)


def _to_rows(axis: int, shape: tuple[int, ...], frames: Tensor) -> Tensor:
    moved = frames.movedim(axis, 1)
    return moved.reshape(*moved.shape[:2], *shape)
