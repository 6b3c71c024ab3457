"""Frames put before and after others: padding, and concatenation with constant frames."""

import torch
from torch import Tensor
from torch.nn import functional

from netwright.streaming.builder import Builder, Feed, Padded, on_axis, refuse
from netwright.streaming.flow import Flow
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.join import Join
from netwright.streaming.rules.fixed_frames import over_time
from netwright.streaming.rules.frames_apart import single_frames
from netwright.streaming.rules.sizes import one_axis
from netwright.structure.tape import Operation, Value


def pad(builder: Builder, operation: Operation) -> None:
    """Pad frames each by itself, and note what stands before and after them for the window that reads them.

    Args:
        builder: The stream so far.
        operation: pad.
    """
    value, result = operation.inputs[0], operation.outputs[0]
    flow = builder.flow(value)
    sizes = list(operation.argument(1, "pad"))
    mode, fill = operation.argument(2, "mode", "constant"), operation.argument(3, "value", None) or 0.0
    rank = len(value.shape)
    at = None if flow.axis is None or flow.rows else 2 * (rank - 1 - flow.axis)
    if at is None or at >= len(sizes) or not any(sizes[at : at + 2]):
        single_frames(builder, operation)
        return
    before, after = sizes[at : at + 2]
    if mode != "constant":
        refuse(operation, f"its padding over time is {mode!r}: it repeats frames that are not there yet; use zeros")
    if min(before, after) < 0:
        refuse(operation, f"it cuts {-min(before, after)} frames off; pick frames by a slice instead")
    others = [0 if place in {at, at + 1} else size for place, size in enumerate(sizes)]
    feed = builder.feed(value)
    if any(others):

        def spread(frames: Tensor) -> Tensor:
            return functional.pad(frames, others, "constant", fill)

        node = builder.add("framewise", Framewise(spread), [feed], operation)
        frame = tuple(1 if place == flow.axis else size for place, size in enumerate(result.shape))
        feed = Feed(Flow(node, flow.axis, False, flow.stride, flow.late), (1, *frame[1:]), feed.bytes)
    builder.pad(result, Padded(feed, before, after, fill))


def concatenate(builder: Builder, operation: Operation) -> None:
    """Join values that flow, or put constant frames before and after one.

    Args:
        builder: The stream so far.
        operation: cat.
    """
    parts = list(operation.argument(0, "tensors"))
    flowing = builder.flows_in(operation)
    flow = builder.flow(flowing[0])
    axis = one_axis(operation.argument(1, "dim", 0), len(operation.outputs[0].shape))
    if flow.axis != axis or flow.rows:
        _beside(builder, operation, parts, axis)
        return
    if len(flowing) > 1 or parts.count(flowing[0]) > 1:
        refuse(operation, "it puts the frames of one value behind those of another, which never end")
    place = parts.index(flowing[0])
    before, fill = _constant(operation, parts[:place], axis)
    after, other = _constant(operation, parts[place + 1 :], axis)
    if before and after and fill != other:
        refuse(operation, f"it puts {fill} before the frames and {other} behind them; put the same number")
    builder.pad(operation.outputs[0], Padded(builder.feed(flowing[0]), before, after, fill if before else other))


def _constant(operation: Operation, parts: list[Value], axis: int) -> tuple[int, float]:
    """Return how many constant frames there are, and the number that they hold."""
    if not parts:
        return 0, 0.0
    frames = torch.cat([part.tensor for part in parts], axis)
    fill = frames.flatten()[0].item()
    if not bool((frames == fill).all()):
        refuse(operation, "it puts frames before or behind others that hold different numbers; put zeros there")
    return frames.shape[axis], float(fill)


def _beside(builder: Builder, operation: Operation, parts: list[Value], axis: int) -> None:
    """Concatenate along another axis than time; what is fixed is the same for every frame."""
    flowing = builder.flows_in(operation)
    flows = [builder.flow(value) for value in flowing]
    fixed = [value for value in parts if value not in flowing]
    if not fixed or any(flow.axis is None or flow.rows for flow in flows):
        single_frames(builder, operation)
        return
    time = flows[0].axis
    assert time is not None
    rank = len(operation.outputs[0].shape)
    steady = {value: over_time(operation, value, rank, time) for value in fixed}
    order = [flowing.index(value) if value in flowing else steady[value] for value in parts]

    def joined(*chunks: Tensor) -> Tensor:
        batch, frames = chunks[0].shape[0], chunks[0].shape[time]
        return torch.cat(
            [chunks[one] if isinstance(one, int) else _spread(one, time, batch, frames) for one in order], axis
        )

    late = max(flow.late for flow in flows)
    feeds = [builder.feed(value) for value in flowing]
    piece = Framewise(joined) if len(feeds) == 1 else Join(joined, tuple(time for _ in feeds))
    node = builder.add("framewise" if len(feeds) == 1 else "join", piece, feeds, operation)
    builder.put(operation.outputs[0], Flow(node, time, False, flows[0].stride, late))


def _spread(fixed: Tensor, time: int, batch: int, frames: int) -> Tensor:
    """Return a fixed tensor for every frame and video."""
    sizes = [-1] * fixed.dim()
    sizes[0], sizes[time] = batch, frames
    return on_axis(fixed, time, slice(0, 1))[:1].expand(sizes)
