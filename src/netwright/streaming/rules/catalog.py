"""Which rule makes which recorded operation part of a stream."""

from collections.abc import Callable, Mapping

from netwright.streaming.builder import Builder
from netwright.streaming.rules import index, pool, regroup, resize, time_edges
from netwright.streaming.rules.convolution import convolution
from netwright.streaming.rules.cumulative import cumulative_sum
from netwright.streaming.rules.frames_apart import never, single_frames
from netwright.streaming.rules.window_pool import window_pool
from netwright.structure.tape import Operation

Rule = Callable[[Builder, Operation], None]

RULES: Mapping[str, Rule] = {
    "conv1d": convolution,
    "conv2d": convolution,
    "conv3d": convolution,
    "max_pool1d": window_pool,
    "max_pool3d": window_pool,
    "avg_pool1d": window_pool,
    "avg_pool3d": window_pool,
    "mean": pool.mean,
    "amax": pool.mean,
    "adaptive_avg_pool1d": pool.adaptive_pool,
    "adaptive_avg_pool3d": pool.adaptive_pool,
    "adaptive_max_pool1d": pool.adaptive_pool,
    "adaptive_max_pool3d": pool.adaptive_pool,
    "cumsum": cumulative_sum,
    "getitem": index.getitem,
    "select": index.select,
    "narrow": index.select,
    "pad": time_edges.pad,
    "cat": time_edges.concatenate,
    "interpolate": resize.resize,
    "overwritten": never,
    "untraced": never,
    **dict.fromkeys(regroup.REGROUPINGS, regroup.regroup),
}
"""Operations that know of time; every other one must treat each frame by itself, which is tried."""


def rule_for(operation: Operation) -> Rule:
    """Return the rule of an operation.

    >>> rule_for(Operation("relu", None, (), {}, None, "")).__name__
    'single_frames'
    """
    return RULES.get(operation.name, single_frames)
