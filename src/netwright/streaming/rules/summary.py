"""Operations on summaries of all frames so far: they run as they were recorded, on the newest one."""

from functools import partial

from torch import Tensor

from netwright.streaming.builder import Builder, RejoinError, refuse
from netwright.streaming.flow import Flow
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.latest_join import LatestJoin
from netwright.streaming.replay import Function, replayed
from netwright.streaming.rules.frames_apart import picked, tensors_in
from netwright.streaming.rules.regroup import REGROUPINGS
from netwright.structure.tape import Operation


def summaries(builder: Builder, operation: Operation) -> None:
    """Let an operation run on the newest summaries.

    Args:
        builder: The stream so far.
        operation: Its flowing inputs are all summaries.

    Raises:
        RejoinError: One of them is not.
    """
    values = builder.flows_in(operation)
    flows = [builder.flow(value) for value in values]
    pools = frozenset().union(*(flow.pools for flow in flows))
    if any(flow.axis is not None for flow in flows):
        raise RejoinError(pools)
    functions = _functions(builder, operation)
    stride, late = max(flow.stride for flow in flows), max(flow.late for flow in flows)
    feeds = [builder.feed(value) for value in values]
    for value, function in zip(operation.outputs, functions, strict=True):
        piece = Framewise(function) if len(feeds) == 1 else LatestJoin(function, len(feeds))
        node = builder.add("framewise" if len(feeds) == 1 else "newest", piece, feeds, operation)
        builder.put(value, Flow(node, None, False, stride, late, pools))


def _functions(builder: Builder, operation: Operation) -> list[Function]:
    values = builder.flows_in(operation)
    if operation.name in REGROUPINGS:
        source, result = values[0], operation.outputs[0]
        longer = builder.clip.longer.get(result)
        if (longer is not None and longer[0] == result.shape[0]) or source.shape[0] != result.shape[0]:
            refuse(operation, "it drops or mixes the axis of the videos; keep axis 0, and name the axes to squeeze")
        return [partial(_regrouped, result.shape[1:])]
    if operation in builder.clip.changed and operation.name not in {"expand"}:
        refuse(operation, "its arguments depend on the length of the clip or the number of videos")
    function = replayed(operation, values)

    def run(*tensors: Tensor) -> list[Tensor]:
        return tensors_in(function(*tensors))

    return [picked(run, index) for index in range(len(operation.outputs))]


def _regrouped(shape: tuple[int, ...], summary: Tensor) -> Tensor:
    return summary.reshape(summary.shape[0], *shape)
