"""A window over time: what convolutions and pools have in common."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from torch import Tensor

from netwright.streaming.builder import Builder, Feed, Padded, refuse
from netwright.streaming.flow import Flow
from netwright.streaming.piece import Piece
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.window import Window
from netwright.structure.tape import Operation, Value

Apply = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Extent:
    """A window over time.

    Args:
        kernel: Frames from its first to its last, (kt - 1) dt + 1.
        stride: Frames from one output to the next.
        padding: Frames before and after, of the operation's own.
        fill: What its own padding holds.
    """

    kernel: int
    stride: int
    padding: tuple[int, int]
    fill: float = 0.0


def time_axis(operation: Operation, flow: Flow, value: Value, count: int) -> int:
    """Return which of the axes that an operation has a window over is time.

    Args:
        operation: The operation.
        flow: How its input flows.
        value: Its input.
        count: How many axes its window has.

    Returns:
        The axis, counted from the first behind the channels.

    Raises:
        ModelError: It takes frames for channels or videos.
    """
    if flow.axis is None or flow.axis < 2 or len(value.shape) != count + 2:
        refuse(
            operation,
            f"it takes frames for channels or videos: time is axis {flow.axis} of its input {tuple(value.shape)}; move "
            "it to axis 2",
        )
    return flow.axis - 2


def fixed_arguments(builder: Builder, operation: Operation) -> None:
    """Refuse a window whose sizes are others for a longer clip.

    Args:
        builder: The stream so far.
        operation: The operation.

    Raises:
        ModelError: They are.
    """
    if operation in builder.clip.changed:
        refuse(operation, "the sizes of its window depend on the length of the clip; write them as fixed numbers")


def put_window(builder: Builder, operation: Operation, apply: Apply, extent: Extent, padded: Padded) -> None:
    """Add an operation with a window over time.

    Args:
        builder: The stream so far.
        operation: The operation.
        apply: What it does with frames, without padding over time.
        extent: Its window.
        padded: What it reads, see `taken_over`.

    Raises:
        ModelError: Its padding is more than its window.
    """
    axis = padded.feed.flow.axis
    assert axis is not None
    before, after = extent.padding[0] + padded.left, extent.padding[1] + padded.right
    if max(extent.padding) > extent.kernel - 1 or max(before, after) > max(extent.kernel - 1, 0):
        refuse(
            operation,
            f"{max(before, after)} frames of padding are more than its window of {extent.kernel} frames can overlap; "
            f"pad by at most {extent.kernel - 1}",
        )
    left, right = builder.mode.pads(extent.kernel, extent.stride, before, after)
    fill = padded.fill if padded.left or padded.right else extent.fill
    piece: Piece = Window(apply, axis, extent.kernel, extent.stride, left, right, fill)
    kind = "window"
    if extent.kernel == extent.stride == 1 and not left and not right:
        kind, piece = "framewise", Framewise(apply)
    finish(builder, operation, (kind, piece), padded.feed, (extent.stride, right))
    if extent.stride == 1 and left == before and right < after:
        # a slice behind it may take off just these, as causal networks are often written
        result = operation.outputs[0]
        builder.put(result, replace(builder.flow(result), cut=after - right))


def taken_over(builder: Builder, value: Value, extent: Extent) -> Padded:
    """Return a value with the frames around it that a window can take over as padding of its own.

    Args:
        builder: The stream so far.
        value: What the operation reads.
        extent: Its window.

    Returns:
        The value without the frames around it, and how many there are; none where they had to be made frames.
    """
    padded = builder.padded(value)
    same = padded.fill == extent.fill or not any(extent.padding)
    if same and max(padded.left, padded.right) + max(extent.padding) <= extent.kernel - 1:
        return padded
    return Padded(builder.feed(value), 0, 0, 0.0)


def finish(
    builder: Builder, operation: Operation, made: tuple[str, Piece], feed: Feed, timing: tuple[int, int]
) -> None:
    """Add a piece, and note how its result flows.

    Args:
        builder: The stream so far.
        operation: The operation.
        made: What kind of piece it is, and the piece.
        feed: What feeds it.
        timing: Frames from one output to the next, and frames after the video that it waits for.
    """
    stride, right = timing
    flow = feed.flow
    node = builder.add(*made, [feed], operation)
    builder.put(
        operation.outputs[0], Flow(node, flow.axis, False, flow.stride * stride, flow.late + right * flow.stride)
    )
