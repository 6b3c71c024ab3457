"""Cumulative sums over time: they see no frame of the future as they are."""

from dataclasses import replace

import torch

from netwright.streaming.builder import Builder, refuse
from netwright.streaming.pieces.running_sum import RunningSum
from netwright.streaming.rules.frames_apart import single_frames
from netwright.streaming.rules.sizes import one_axis
from netwright.structure.tape import Operation


def cumulative_sum(builder: Builder, operation: Operation) -> None:
    """Make a cumulative sum over time a sum that goes on from chunk to chunk.

    Args:
        builder: The stream so far.
        operation: cumsum.
    """
    value, result = operation.inputs[0], operation.outputs[0]
    flow = builder.flow(value)
    if flow.rows or flow.axis != one_axis(operation.argument(1, "dim"), len(value.shape)):
        single_frames(builder, operation)
        return
    if result.tensor.dtype not in {value.tensor.dtype, torch.int64}:
        refuse(operation, f"it sums {value.tensor.dtype} as {result.tensor.dtype}; convert the frames before it")
    node = builder.add("running", RunningSum(flow.axis), [builder.feed(value)], operation)
    builder.put(result, replace(flow, node=node))
