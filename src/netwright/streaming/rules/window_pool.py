"""Maximum and average pools over windows of frames."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from netwright.streaming.builder import Builder, Feed, Padded, refuse
from netwright.streaming.flow import Flow
from netwright.streaming.pieces.average import Average
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.rules.frames_apart import single_frames
from netwright.streaming.rules.pool import whole_pool
from netwright.streaming.rules.sizes import each
from netwright.streaming.rules.window import Extent, finish, fixed_arguments, put_window, taken_over, time_axis
from netwright.structure.fast_pooling import fast_avg_pool3d, fast_max_pool3d
from netwright.structure.tape import Operation

Sizes = tuple[int, ...]


@dataclass(frozen=True)
class Pool:
    """A pool's window.

    Args:
        function: Of one axis or three.
        over: Which of its axes is time.
        kernel: Its size on each axis.
        stride: From one window to the next.
        padding: On both sides.
        dilation: From one entry to the next; 1 of average pools.
        named: Its other arguments.
    """

    function: Callable[..., Tensor]
    over: int
    kernel: Sizes
    stride: Sizes
    padding: Sizes
    dilation: Sizes
    named: dict[str, Any]

    def only(self, axes: tuple[int, ...]) -> Callable[[Tensor], Tensor]:
        """Return the pool on some of its axes, without padding over time."""
        count = len(self.kernel)
        kernel, stride, dilation = (
            tuple(size if at in axes else 1 for at, size in enumerate(sizes))
            for sizes in (self.kernel, self.stride, self.dilation)
        )
        padding = tuple(self.padding[at] if at in axes and at != self.over else 0 for at in range(count))
        named = self.named | ({"dilation": dilation} if self.is_maximum else {})
        return partial(self.function, kernel_size=kernel, stride=stride, padding=padding, **named)

    @property
    def is_maximum(self) -> bool:
        """Whether it takes the maximum."""
        return self.function in {functional.max_pool1d, fast_max_pool3d}

    @property
    def extent(self) -> Extent:
        """Its window over time."""
        over = self.over
        kernel = (self.kernel[over] - 1) * self.dilation[over] + 1
        return Extent(kernel, self.stride[over], (self.padding[over],) * 2, -inf if self.is_maximum else 0.0)


def window_pool(builder: Builder, operation: Operation) -> None:
    """Make a maximum or average pool of 1 or 3 axes a window over time.

    Height and width are pooled first, frame by frame: what waits for later frames is smaller then.

    Args:
        builder: The stream so far.
        operation: max_pool1d, max_pool3d, avg_pool1d or avg_pool3d.
    """
    value = operation.inputs[0]
    if builder.padded(value).feed.flow.rows:
        single_frames(builder, operation)
        return
    pool = _read(builder, operation)
    if operation.argument(5 if pool.is_maximum else 4, "ceil_mode", False):
        refuse(operation, "ceil_mode would need frames that never come; leave it out")
    if _is_whole(builder, operation, pool):
        whole_pool(builder, operation, (pool.kernel, pool.stride, pool.padding))
        return
    fixed_arguments(builder, operation)
    padded = taken_over(builder, value, pool.extent)
    within = tuple(at for at in range(len(pool.kernel)) if at != pool.over)
    if _can_pool_first(pool, padded, within):
        padded = _pooled_first(builder, operation, pool.only(within), padded)
        apply = pool.only((pool.over,))
    else:
        apply = pool.only(tuple(range(len(pool.kernel))))
    extent = pool.extent
    if pool.is_maximum or pool.named["count_include_pad"] or not any(extent.padding):
        put_window(builder, operation, apply, extent, padded)
        return
    if padded.left or padded.right:
        refuse(operation, "it leaves its own padding out but counts that of the pad before it; use one of the two")
    left, right = builder.mode.pads(extent.kernel, extent.stride, *extent.padding)
    piece = Average(apply, 2 + pool.over, extent.kernel, extent.stride, left, right)
    finish(builder, operation, ("average", piece), padded.feed, (extent.stride, right))


def _is_whole(builder: Builder, operation: Operation, pool: Pool) -> bool:
    """Return whether the window is the whole clip, whatever its length."""
    axis = 2 + pool.over
    frames, twin = builder.clip.frames_of(operation.inputs[0], axis), builder.clip.twins.get(operation)
    if operation not in builder.clip.changed or frames is None or twin is None:
        return False
    count = len(pool.kernel)
    kernel = each(twin.argument(1, "kernel_size"), count)
    return (pool.kernel[pool.over], kernel[pool.over]) == frames and not pool.padding[pool.over]


def _read(builder: Builder, operation: Operation) -> Pool:
    value = operation.inputs[0]
    count = 1 if operation.name.endswith("1d") else 3
    maximum = operation.name.startswith("max")
    over = time_axis(operation, builder.padded(value).feed.flow, value, count)
    kernel = each(operation.argument(1, "kernel_size"), count)
    stride = each(operation.argument(2, "stride") or kernel, count)
    padding = each(operation.argument(3, "padding", 0), count)
    if maximum:
        function = fast_max_pool3d if count == 3 else functional.max_pool1d
        return Pool(function, over, kernel, stride, padding, each(operation.argument(4, "dilation", 1), count), {})
    named = {"count_include_pad": operation.argument(5, "count_include_pad", True)}
    if count == 3:
        named["divisor_override"] = operation.argument(6, "divisor_override")
    average = fast_avg_pool3d if count == 3 else functional.avg_pool1d
    return Pool(average, over, kernel, stride, padding, (1,) * count, named)


def _can_pool_first(pool: Pool, padded: Padded, within: tuple[int, ...]) -> bool:
    """Return whether pooling height and width first is the same, and makes frames smaller."""
    if pool.named.get("divisor_override") is not None or not any(pool.stride[at] > 1 for at in within):
        return False
    around = padded.left or padded.right
    return not around or padded.fill == 0.0 or not any(pool.padding[at] for at in within)


def _pooled_first(builder: Builder, operation: Operation, apply: Callable[[Tensor], Tensor], padded: Padded) -> Padded:
    feed, like = padded.feed, operation.inputs[0].tensor
    node = builder.add("framewise", Framewise(apply), [feed], operation)
    frame = tuple(apply(torch.zeros(feed.frame, dtype=like.dtype, device=like.device)).shape)
    flow = Flow(node, feed.flow.axis, False, feed.flow.stride, feed.flow.late)
    return Padded(Feed(flow, frame, feed.bytes), padded.left, padded.right, padded.fill)
