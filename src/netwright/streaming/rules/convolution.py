"""Convolutions over time."""

from collections.abc import Callable
from functools import partial

from torch import Tensor
from torch.nn import functional

from netwright.streaming.builder import Builder, refuse
from netwright.streaming.rules.fold import folded_weights
from netwright.streaming.rules.frames_apart import single_frames
from netwright.streaming.rules.sizes import each, without
from netwright.streaming.rules.window import Extent, fixed_arguments, put_window, taken_over, time_axis
from netwright.structure.fast_convolution import fast_conv3d
from netwright.structure.tape import Operation


def convolution(builder: Builder, operation: Operation) -> None:
    """Make a convolution of 1, 2 or 3 axes a window over time.

    Args:
        builder: The stream so far.
        operation: conv1d, conv2d or conv3d.
    """
    value, weight = operation.inputs[0], operation.argument(1, "weight")
    flow = builder.padded(value).feed.flow
    if builder.flows_in(operation) != [value]:
        refuse(operation, "its weights follow from the video; weights must be fixed")
    if flow.rows or flow.axis is None:
        single_frames(builder, operation)
        return
    count = weight.tensor.dim() - 2
    fixed_arguments(builder, operation)
    over = time_axis(operation, flow, value, count)
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
    functions: dict[int, Callable[..., Tensor]] = {1: functional.conv1d, 2: functional.conv2d, 3: fast_conv3d}
    apply = partial(
        _convolve,
        functions[count],
        folded.weight,
        folded.bias,
        stride,
        without([left for left, _ in own], over, 0),
        dilation,
        groups,
    )
    extent = Extent(extents[over], stride[over], own[over])
    put_window(builder, operation, apply, extent, taken_over(builder, value, extent))
    if folded.result is not None:
        builder.put(folded.result, builder.flow(operation.outputs[0]))


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
