"""Frames made larger or smaller in height and width, by a size that names their number too."""

from functools import partial

from torch import Tensor
from torch.nn import functional

from netwright.streaming.builder import Builder
from netwright.streaming.flow import Flow
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.rules.frames_apart import single_frames
from netwright.structure.tape import Operation


def resize(builder: Builder, operation: Operation) -> None:
    """Make an interpolation to as many frames as there are one of every frame by itself.

    Args:
        builder: The stream so far.
        operation: interpolate.
    """
    value, result = operation.inputs[0], operation.outputs[0]
    flow = builder.flow(value)
    axis, size = flow.axis, operation.argument(1, "size")
    if not isinstance(size, tuple | list) or axis is None or axis < 2 or flow.rows:
        single_frames(builder, operation)
        return
    kept = builder.clip.frames_of(value, axis) == builder.clip.frames_of(result, axis)
    if not kept or value.shape[axis] != result.shape[axis]:
        single_frames(builder, operation)
        return
    named = {
        "mode": operation.argument(3, "mode", "nearest"),
        "align_corners": operation.argument(4, "align_corners"),
        "antialias": operation.argument(6, "antialias", False),
    }
    function = partial(_resized, axis, list(size), named)
    node = builder.add("framewise", Framewise(function), [builder.feed(value)], operation)
    builder.put(result, Flow(node, axis, False, flow.stride, flow.late))


def _resized(axis: int, size: list[int], named: dict[str, object], frames: Tensor) -> Tensor:
    wanted = [*size[: axis - 2], frames.shape[axis], *size[axis - 1 :]]
    return functional.interpolate(frames, wanted, **named)  # type: ignore[arg-type]
