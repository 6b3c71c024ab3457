"""View, reshape, flatten and squeeze: where time is after the axes were grouped anew."""

from functools import partial
from math import prod

from torch import Tensor

from netwright.streaming.builder import Builder, refuse
from netwright.streaming.flow import Flow
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.last_frames import LastFrames
from netwright.structure.tape import Operation, Value

REGROUPINGS = frozenset({
    "view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "ravel", "view_as", "reshape_as",
})  # fmt: skip
MIXES = (
    "it mixes frames with other axes; keep time on an axis of its own, or fold it into the first one, behind the videos"
)


def regroup(builder: Builder, operation: Operation) -> None:
    """Group the axes of chunks as those of the clip were grouped.

    Args:
        builder: The stream so far.
        operation: One of `REGROUPINGS`.

    Raises:
        ModelError: Frames would be mixed with other axes.
    """
    value, result = builder.flows_in(operation)[0], operation.outputs[0]
    flow = builder.flow(value)
    if flow.rows:
        _from_rows(builder, operation, value, result)
        return
    axis = flow.axis
    assert axis is not None
    twin = builder.clip.longer.get(result)
    if twin is not None and len(twin) != len(result.shape):
        refuse(
            operation, "it drops the axis of the videos, or that of time, where there is one; name the axes to squeeze"
        )
    place = _place(builder, value, result, axis)
    before = builder.clip.longer.get(value)
    if (
        axis
        and place
        and twin is not None
        and before is not None
        and twin[0] * value.shape[0] != before[0] * result.shape[0]
    ):
        refuse(operation, "it puts videos of a batch together; keep the axis of the videos, with -1 for its size")
    if place is not None and place > 0:
        function = partial(_along, result.shape, axis, place)
        _add(builder, operation, function, Flow(0, place, False, flow.stride, flow.late))
        return
    if place == 0 and axis == 1:
        rest = result.shape[1:]
        _add(builder, operation, partial(_in_rows, rest), Flow(0, 1, True, flow.stride, flow.late))
        return
    if result.shape[0] != value.shape[0]:
        refuse(operation, MIXES)
    if _told_for_every_frame(builder, value, axis):
        function = partial(_to_rows, axis, result.shape[1:])
        _add(builder, operation, function, Flow(0, 1, True, flow.stride, flow.late))
        return
    _flatten_frames(builder, operation, value, result)


def _place(builder: Builder, value: Value, result: Value, axis: int) -> int | None:
    """Return the axis of the result that time is on; 0 where it is folded into the first; None where it is gone."""
    frames = value.shape[axis]
    longer, grown = builder.clip.longer.get(result), builder.clip.grows(result)
    before = builder.clip.longer.get(value)
    if longer is not None and grown is not None and before is not None and before[axis] != frames:
        if len(grown) == 1:
            return grown[0] if result.shape[grown[0]] == frames else None
        folded = result.shape[0] == value.shape[0] * frames and longer[0] == before[0] * before[axis]
        return 0 if folded and not grown else None
    shape = result.shape
    fits = [
        place
        for place in range(len(shape))
        if shape[place] == frames
        and prod(shape[:place]) == prod(value.shape[:axis])
        and prod(shape[place + 1 :]) == prod(value.shape[axis + 1 :])
        and (place or axis)
    ]
    if not fits or (frames == 1 and len(shape) < len(value.shape)):
        return None
    return axis if axis in fits else fits[0]


def _told_for_every_frame(builder: Builder, value: Value, axis: int) -> bool:
    """Return whether a value is one summary of the clip, however long, that is told anew for every frame."""
    longer = builder.clip.longer.get(value)
    return longer is not None and longer[axis] == value.shape[axis] == 1


def _from_rows(builder: Builder, operation: Operation, value: Value, result: Value) -> None:
    """Group axes of frames that lie in the first one: they stay there, or get an axis of their own behind the batch."""
    flow = builder.flow(value)
    longer, before = builder.clip.longer.get(result), builder.clip.longer.get(value)
    # whether the recorded rows are videos, or videos times frames
    folded = before is not None and before[0] != value.shape[0] + 1
    if result.shape[0] == value.shape[0] and (longer is None or before is None or longer[0] == before[0]):
        _add(builder, operation, partial(_in_rows, result.shape[1:]), Flow(0, 1, True, flow.stride, flow.late))
        return
    unfolded = len(result.shape) > 1 and result.shape[0] * result.shape[1] == value.shape[0]
    if not folded or not unfolded or (longer is not None and builder.clip.grows(result) != (1,)):
        refuse(operation, MIXES)
    _add(builder, operation, partial(_in_rows, result.shape[2:]), Flow(0, 1, False, flow.stride, flow.late))


def _flatten_frames(builder: Builder, operation: Operation, value: Value, result: Value) -> None:
    """A layer that reads a fixed number of frames at once reads the last ones."""
    flow, feed = builder.flow(value), builder.feed(value)
    axis = flow.axis
    assert axis is not None
    frames = value.shape[axis]
    before = builder.clip.longer.get(value)
    if not builder.clip.refused and before is not None and before[axis] != frames:
        refuse(operation, MIXES)
    node = builder.add("last frames", LastFrames(axis, frames), [feed], operation)
    summary = Flow(node, None, False, flow.stride, flow.late, frozenset({operation}))
    shape = tuple(frames if at == axis else size for at, size in enumerate(feed.frame))
    flat = partial(_flat, result.shape[1:])
    made = builder.add("framewise", Framewise(flat), [type(feed)(summary, shape, feed.bytes)], operation)
    builder.put(result, Flow(made, None, False, flow.stride, flow.late, frozenset({operation})))


def _add(builder: Builder, operation: Operation, function: "partial[Tensor]", flow: Flow) -> None:
    node = builder.add("framewise", Framewise(function), [builder.feed(operation.inputs[0])], operation)
    builder.put(operation.outputs[0], Flow(node, flow.axis, flow.rows, flow.stride, flow.late))


def _along(shape: tuple[int, ...], axis: int, place: int, frames: Tensor) -> Tensor:
    return frames.reshape(-1, *shape[1:place], frames.shape[axis], *shape[place + 1 :])


def _to_rows(axis: int, rest: tuple[int, ...], frames: Tensor) -> Tensor:
    moved = frames.movedim(axis, 1)
    return moved.reshape(*moved.shape[:2], *rest)


def _in_rows(rest: tuple[int, ...], frames: Tensor) -> Tensor:
    return frames.reshape(*frames.shape[:2], *rest)


def _flat(shape: tuple[int, ...], frames: Tensor) -> Tensor:
    return frames.reshape(frames.shape[0], *shape)
