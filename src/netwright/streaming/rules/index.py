"""Slices of frames: every other one, all but the first, the last."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor

from netwright.streaming.builder import Builder, Feed, refuse
from netwright.streaming.flow import Flow
from netwright.streaming.pieces.every import Every
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.last_frames import LastFrames
from netwright.streaming.pieces.shorten import Shorten
from netwright.streaming.rules.frames_apart import single_frames
from netwright.streaming.rules.sizes import one_axis
from netwright.structure.tape import Operation

ALL = slice(None)


@dataclass(frozen=True)
class Picked:
    """Which frames an index keeps.

    Args:
        start: The first.
        stop: How many at the end are left out.
        step: Every how many.
    """

    start: int
    stop: int
    step: int


def getitem(builder: Builder, operation: Operation) -> None:
    """Pick frames by an index such as `x[:, :, ::2]`.

    Args:
        builder: The stream so far.
        operation: getitem.
    """
    value = operation.inputs[0]
    flow = builder.flow(value)
    index = _spelled(operation.args[1], len(value.shape))
    if flow.axis is None or flow.rows or index is None:
        single_frames(builder, operation)
        return
    at = _position(index, flow.axis)
    if index[at] == ALL:
        single_frames(builder, operation)
        return
    others = tuple(ALL if place == at else part for place, part in enumerate(index))
    _pick(builder, operation, flow.axis)
    if any(part != ALL for part in others):
        _index_the_rest(builder, operation, others, at)


def _index_the_rest(builder: Builder, operation: Operation, others: tuple[Any, ...], at: int) -> None:
    """Index the axes other than time, of frames that were picked."""
    value, result = operation.inputs[0], operation.outputs[0]
    flow, before = builder.flow(result), builder.feed(value)
    frame = before.frame
    if flow.axis is None:
        axis = builder.flow(value).axis
        assert axis is not None
        others, frame = (*others[:at], *others[at + 1 :]), (*frame[:axis], *frame[axis + 1 :])
    feed = Feed(flow, frame, before.bytes)
    made = builder.add("framewise", Framewise(partial(_indexed, others)), [feed], operation)
    builder.put(result, _reached(flow, made, others))


def select(builder: Builder, operation: Operation) -> None:
    """Pick one frame, or a stretch of frames, by select or narrow.

    Args:
        builder: The stream so far.
        operation: select or narrow.
    """
    value = operation.inputs[0]
    flow = builder.flow(value)
    axis = one_axis(operation.argument(1, "dim"), len(value.shape))
    if flow.rows or flow.axis != axis:
        single_frames(builder, operation)
        return
    _pick(builder, operation, axis)


def _pick(builder: Builder, operation: Operation, axis: int) -> None:
    value, result = operation.inputs[0], operation.outputs[0]
    part = _part(operation, axis)
    flow, feed = builder.flow(value), builder.feed(value)
    if isinstance(part, int):
        if part not in {-1, value.shape[axis] - 1} or not _as_of_longer(builder, operation, axis, part):
            refuse(operation, f"it picks frame {part} of the clip; of a stream only the last one, -1, can be picked")
        node = builder.add("last frames", LastFrames(axis, 1), [feed], operation)
        summary = Flow(node, None, False, flow.stride, flow.late, frozenset({operation}))
        frame = feed.frame
        made = builder.add("framewise", Framewise(partial(_first, axis)), [Feed(summary, frame, feed.bytes)], operation)
        builder.put(result, Flow(made, None, False, flow.stride, flow.late, frozenset({operation})))
        return
    picked = _picked(builder, operation, part, axis)
    node, stride = flow.node, flow.stride
    stop = max(0, picked.stop - flow.cut)
    if picked.step > 1:
        if picked.stop:
            refuse(operation, "it picks every few frames but not the last; pick in two steps")
        node = builder.add("phase", Every(axis, picked.step, picked.start), [feed], operation)
        stride *= picked.step
    elif picked.start or stop:
        node = builder.add("shorten", Shorten(axis, picked.start, stop), [feed], operation)
    cut = max(0, flow.cut - picked.stop) if picked.step == 1 else 0
    builder.put(result, Flow(node, axis, False, stride, flow.late + stop * flow.stride, cut=cut))


def _picked(builder: Builder, operation: Operation, part: Any, axis: int) -> Picked:
    value = operation.inputs[0]
    frames = value.shape[axis]
    if not isinstance(part, slice):
        refuse(operation, f"it picks frames by {part!r}; pick them by a slice such as x[:, :, ::2]")
    start, stop, step = part.start or 0, part.stop, part.step or 1
    if step < 1:
        refuse(operation, "it reverses time; the first frame of its output is the last of the video")
    if start < 0:
        refuse(operation, f"it picks the last {-start} frames, which are known at the end only")
    last = 0
    if stop is not None and stop < 0:
        last = -stop
    elif stop is not None:
        # a stop that moves with the clip's length is counted from its end
        grows = builder.clip.frames_of(value, axis) != (frames, frames)
        if operation not in builder.clip.changed and (stop < frames or (grows and not builder.clip.refused)):
            refuse(operation, f"it picks frames up to {stop} of the clip; a stream has no such end")
        last = max(0, frames - stop)
    picked = Picked(start, last, step)
    if not _as_of_longer(builder, operation, axis, picked):
        refuse(operation, "which frames it picks follows from the length of the clip; pick them by fixed numbers")
    return picked


def _part(operation: Operation, axis: int) -> Any:
    """Return the entry of an index, or what is the same, that is for time."""
    if operation.name == "select":
        return operation.argument(2, "index")
    if operation.name == "narrow":
        start, length = operation.argument(2, "start"), operation.argument(3, "length")
        return slice(start, start + length) if isinstance(start, int) else start
    index = _spelled(operation.args[1], len(operation.inputs[0].shape))
    return None if index is None else index[_position(index, axis)]


def _as_of_longer(builder: Builder, operation: Operation, axis: int, picked: Picked | int) -> bool:
    """Return whether the frames of a longer clip were picked in the same way."""
    frames, twin = builder.clip.frames_of(operation.inputs[0], axis), builder.clip.twins.get(operation)
    # a network that takes one length only
    if frames is None or twin is None:
        return True
    part = _part(twin, axis)
    if isinstance(picked, int) or isinstance(part, int):
        return isinstance(picked, int) and isinstance(part, int) and part % frames[1] == frames[1] - 1
    expected = range(picked.start, frames[1] - picked.stop, picked.step)
    return isinstance(part, slice) and range(*part.indices(frames[1])) == expected


def _spelled(index: Any, rank: int) -> tuple[Any, ...] | None:
    """Return an index with one entry for each axis, and for each new one; None where it holds tensors or lists."""
    parts = index if isinstance(index, tuple) else (index,)
    if any(not (part is None or part is Ellipsis or isinstance(part, int) or _is_plain(part)) for part in parts):
        return None
    used = sum(part is not None and part is not Ellipsis for part in parts)
    if any(part is Ellipsis for part in parts):
        at = next(place for place, part in enumerate(parts) if part is Ellipsis)
        return (*parts[:at], *(ALL,) * (rank - used), *parts[at + 1 :])
    return (*parts, *(ALL,) * (rank - used))


def _is_plain(part: Any) -> bool:
    return isinstance(part, slice) and all(isinstance(end, int | None) for end in (part.start, part.stop, part.step))


def _position(index: tuple[Any, ...], axis: int) -> int:
    """Return which entry of an index is that of an axis."""
    real = [place for place, part in enumerate(index) if part is not None]
    return real[axis]


def _reached(flow: Flow, node: int, index: tuple[Any, ...]) -> Flow:
    """Return how a value flows after an index that takes all frames."""
    if flow.axis is None:
        return Flow(node, None, False, flow.stride, flow.late, flow.pools)
    at = _position(index, flow.axis)
    axis = sum(not isinstance(part, int) for part in index[:at])
    return Flow(node, axis, False, flow.stride, flow.late)


def _indexed(index: tuple[Any, ...], frames: Tensor) -> Tensor:
    return frames[index]


def _first(axis: int, frames: Tensor) -> Tensor:
    return frames.select(axis, 0)
