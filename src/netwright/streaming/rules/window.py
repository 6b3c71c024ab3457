"""Convolutions and pools with a window over time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf

from torch import Tensor
from torch.nn import functional

from netwright.streaming.builder import Builder, Feed, Padded, refuse
from netwright.streaming.flow import Flow
from netwright.streaming.piece import Piece
from netwright.streaming.pieces.average import Average
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.window import Window
from netwright.streaming.rules.fold import folded_weights
from netwright.streaming.rules.frames_apart import single_frames
from netwright.streaming.rules.pool import whole_pool
from netwright.streaming.rules.sizes import each, without
from netwright.structure.fast_convolution import fast_conv3d
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


def convolution(builder: Builder, operation: Operation) -> None:
    """Make a convolution of 1 or 3 axes a window over time.

    Args:
        builder: The stream so far.
        operation: conv1d or conv3d.
    """
    value, weight = operation.inputs[0], operation.argument(1, "weight")
    flow = builder.padded(value).feed.flow
    if builder.flows_in(operation) != [value]:
        refuse(operation, "its weights follow from the video; weights must be fixed")
    if flow.rows or flow.axis is None:
        single_frames(builder, operation)
        return
    count = weight.tensor.dim() - 2
    over = _over(operation, flow, value, count)
    stride, dilation = (each(operation.argument(at, name, 1), count) for at, name in ((3, "stride"), (5, "dilation")))
    groups = operation.argument(6, "groups", 1)
    kernel = weight.shape[2:]
    padding = operation.argument(4, "padding", 0)
    extents = [(size - 1) * step + 1 for size, step in zip(kernel, dilation, strict=True)]
    own: tuple[tuple[int, int], ...]
    if isinstance(padding, str):
        total = [extent - 1 if padding == "same" else 0 for extent in extents]
        own = tuple((one // 2, one - one // 2) for one in total)
    else:
        own = tuple((one, one) for one in each(padding, count))
    if any(left != right for at, (left, right) in enumerate(own) if at != over):
        refuse(operation, "its padding is uneven in height or width; pad with functional.pad first")
    folded = folded_weights(builder, operation)
    function = fast_conv3d if count == 3 else functional.conv1d
    apply = partial(
        _convolve,
        function,
        folded.weight,
        folded.bias,
        stride,
        without([left for left, _ in own], over, 0),
        dilation,
        groups,
    )
    _put(builder, operation, apply, Extent(extents[over], stride[over], own[over]), folded.result)


def maximum_pool(builder: Builder, operation: Operation) -> None:
    """Make a maximum pool of 1 or 3 axes a window over time.

    Args:
        builder: The stream so far.
        operation: max_pool1d or max_pool3d.
    """
    value = operation.inputs[0]
    count = 1 if operation.name.endswith("1d") else 3
    if builder.padded(value).feed.flow.rows:
        single_frames(builder, operation)
        return
    over = _over(operation, builder.padded(value).feed.flow, value, count)
    kernel = each(operation.argument(1, "kernel_size"), count)
    stride = each(operation.argument(2, "stride") or kernel, count)
    padding = each(operation.argument(3, "padding", 0), count)
    dilation = each(operation.argument(4, "dilation", 1), count)
    if operation.argument(5, "ceil_mode", False):
        refuse(operation, "ceil_mode would need frames that never come; leave it out")
    if kernel[over] == value.shape[2 + over] and operation in builder.clip.changed:
        whole_pool(builder, operation, (kernel, stride, padding))
        return
    pool = functional.max_pool3d if count == 3 else functional.max_pool1d
    apply = partial(pool, kernel_size=kernel, stride=stride, padding=without(padding, over, 0), dilation=dilation)
    extent = Extent((kernel[over] - 1) * dilation[over] + 1, stride[over], (padding[over],) * 2, -inf)
    _put(builder, operation, apply, extent)


def average_pool(builder: Builder, operation: Operation) -> None:
    """Make an average pool of 1 or 3 axes a window over time.

    Args:
        builder: The stream so far.
        operation: avg_pool1d or avg_pool3d.
    """
    value = operation.inputs[0]
    count = 1 if operation.name.endswith("1d") else 3
    if builder.padded(value).feed.flow.rows:
        single_frames(builder, operation)
        return
    over = _over(operation, builder.padded(value).feed.flow, value, count)
    kernel = each(operation.argument(1, "kernel_size"), count)
    stride = each(operation.argument(2, "stride") or kernel, count)
    padding = each(operation.argument(3, "padding", 0), count)
    counts_padding = operation.argument(5, "count_include_pad", True)
    if operation.argument(4, "ceil_mode", False):
        refuse(operation, "ceil_mode would need frames that never come; leave it out")
    if kernel[over] == value.shape[2 + over] and operation in builder.clip.changed:
        whole_pool(builder, operation, (kernel, stride, padding))
        return
    pool = functional.avg_pool3d if count == 3 else functional.avg_pool1d
    more = {"divisor_override": operation.argument(6, "divisor_override")} if count == 3 else {}
    more["count_include_pad"] = counts_padding
    apply = partial(pool, kernel_size=kernel, stride=stride, padding=without(padding, over, 0), **more)
    extent = Extent(kernel[over], stride[over], (padding[over],) * 2)
    if counts_padding or not padding[over]:
        _put(builder, operation, apply, extent)
        return
    left, right = builder.mode.pads(extent.kernel, extent.stride, *extent.padding)
    if builder.padded(value).left or builder.padded(value).right:
        refuse(operation, "it leaves its own padding out but counts that of the pad before it; use one of the two")
    piece = Average(apply, 2 + over, extent.kernel, extent.stride, left, right)
    _finish(builder, operation, ("average", piece), builder.feed(value), (extent.stride, right), None)


def _convolve(
    function: Callable[..., Tensor],
    weight: Tensor,
    bias: Tensor | None,
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    groups: int,
    frames: Tensor,
) -> Tensor:
    return function(frames, weight, bias, stride, padding, dilation, groups)


def _over(operation: Operation, flow: Flow, value: Value, count: int) -> int:
    """Return which of the operation's axes is time."""
    if flow.axis is None or flow.axis < 2 or len(value.shape) != count + 2:
        refuse(
            operation,
            f"it takes frames for channels or videos: time is axis {flow.axis} of its input {tuple(value.shape)}; move "
            "it to axis 2",
        )
    return flow.axis - 2


def _put(builder: Builder, operation: Operation, apply: Apply, extent: Extent, result: Value | None = None) -> None:
    value = operation.inputs[0]
    padded = _taken_over(builder, value, extent)
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
    _finish(builder, operation, (kind, piece), padded.feed, (extent.stride, right), result)


def _taken_over(builder: Builder, value: Value, extent: Extent) -> Padded:
    """Return a value with the frames around it that the window can take over as padding of its own."""
    padded = builder.padded(value)
    same = padded.fill == extent.fill or not any(extent.padding)
    if same and max(padded.left, padded.right) + max(extent.padding) <= extent.kernel - 1:
        return padded
    return Padded(builder.feed(value), 0, 0, 0.0)


def _finish(
    builder: Builder,
    operation: Operation,
    made: tuple[str, Piece],
    feed: Feed,
    timing: tuple[int, int],
    result: Value | None,
) -> None:
    stride, right = timing
    flow = feed.flow
    node = builder.add(*made, [feed], operation)
    out = Flow(node, flow.axis, False, flow.stride * stride, flow.late + right * flow.stride)
    builder.put(operation.outputs[0], out)
    if result is not None:
        builder.put(result, out)
