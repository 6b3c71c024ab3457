"""From a network of clips to a stream."""

from dataclasses import dataclass, replace
from functools import partial

from torch import Tensor, nn

from netwright.records.errors import ModelError
from netwright.streaming.agreement import check_agreement
from netwright.streaming.builder import Builder, RejoinError, refuse
from netwright.streaming.clip_tape import ClipTape, record_clips, run_longer
from netwright.streaming.flow import Flow
from netwright.streaming.fuse import fused
from netwright.streaming.graph import StreamGraph
from netwright.streaming.heads.cumulative import Cumulative
from netwright.streaming.heads.head import Head
from netwright.streaming.mode import Delayed, Mode
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.last_frames import LastFrames
from netwright.streaming.rules.catalog import rule_for
from netwright.streaming.rules.pool import POOLS
from netwright.streaming.rules.summary import summaries
from netwright.structure.tape import Operation, Value

FRESH = frozenset({"new_zeros", "new_ones", "new_full", "new_tensor"})
"""Operations that make constants, and read no numbers."""
LIKE = frozenset({"zeros_like", "ones_like", "full_like"})
"""Operations that make constants as large as a value, which flow where that is a value of frames."""
NUMBERS = frozenset(
    {"item", "bool", "int", "float", "tolist", "numpy", "array", "index", "is_nonzero", "equal", "allclose"}
)
"""Operations that hand the numbers of a tensor to code that torch does not see, where they return no tensor."""


@dataclass(frozen=True, eq=False)
class Converted:
    """A network as a stream.

    Args:
        graph: Its operations.
        output: How its answer flows.
        newest: Whether the answer is the newest summary or frame, rather than a sequence of frames.
        notes: What a user must know.
    """

    graph: StreamGraph
    output: Flow
    newest: bool
    notes: tuple[str, ...] = ()


def convert(model: nn.Module, example: Tensor, axis: int, mode: Mode, head: Head) -> Converted:
    """Return a network as a stream.

    Args:
        model: Takes clips.
        example: A clip, with time on the axis.
        axis: Where time is.
        mode: Causal or delayed.
        head: What becomes of pools over all frames.

    Returns:
        The stream.

    Raises:
        ModelError: An operation cannot run on a stream; the message names it.
    """
    clip = record_clips(model, example, axis)
    result = clip.tape.result
    if not isinstance(result, Value):
        raise ModelError(
            f"{type(model).__name__} returns {type(result).__name__} in evaluation mode; return one tensor"
        )
    source = next((value for value in _read(clip) if value.origin == "input"), None)
    if source is None or result.maker is None:
        raise ModelError(f"{type(model).__name__} does not read its input; what it returns does not depend on it")
    _check_steady(clip, source)
    made = _streamed(clip, source, axis, mode, head)
    if clip.random:
        raise ModelError(f"{type(model).__name__} draws random numbers in evaluation mode; leave them to training mode")
    try:
        delayed = (
            made
            if mode == Delayed() and head == Cumulative()
            else _streamed(clip, source, axis, Delayed(), Cumulative())
        )
    except ModelError:
        # only the mode causal can run it, and has nothing to be compared with
        return made
    rows = delayed.output.rows and not delayed.newest
    check_agreement(type(model).__name__, delayed.graph, rows, example, result.tensor)
    if clip.open and not clip.refused:
        check_agreement(type(model).__name__, delayed.graph, rows, *run_longer(model, example, axis))
    return made


def _streamed(clip: ClipTape, source: Value, axis: int, mode: Mode, head: Head) -> Converted:
    result, running = clip.tape.result, frozenset[Operation]()
    while True:
        builder = Builder(clip, source, axis, mode, head, running)
        try:
            _walk(builder, clip)
            made = _ended(builder, result)
            return replace(made, graph=fused(made.graph), notes=clip.notes)
        except RejoinError as error:
            new = error.pools - running
            other = next((pool for pool in new if pool.name not in POOLS), None)
            if other is not None or not new:
                culprit = other or next(iter(error.pools))
                refuse(culprit, "what it knows at the end of the clip meets single frames again")
            running |= new


def _walk(builder: Builder, clip: ClipTape) -> None:
    needed = _needed(clip)
    for operation in clip.tape.operations:
        if operation not in needed or operation in builder.folded or operation.name in FRESH:
            continue
        flowing = builder.flows_in(operation)
        if not flowing:
            continue
        _check_fixed(builder, operation, flowing)
        rule = summaries if any(builder.summary(value) for value in flowing) else rule_for(operation)
        rule(builder, operation)


def _ended(builder: Builder, result: Value) -> Converted:
    flow = builder.flow(result)
    if flow.axis is None:
        return Converted(builder.graph(result), flow, newest=True)
    longer = builder.clip.longer.get(result)
    counted = flow.rows and longer is not None and longer[0] != result.shape[0] + 1
    if builder.clip.grows(result) or counted:
        return Converted(builder.graph(result), flow, newest=False)
    # one answer for the clip that is told anew for every frame: the last one counts
    feed = builder.feed(result)
    last = builder.add("last frames", LastFrames(flow.axis, 1), [feed], None)
    builder.put(result, Flow(last, None, False, flow.stride, flow.late))
    if flow.rows:
        feed = type(feed)(builder.flow(result), feed.frame, feed.bytes)
        first = builder.add("framewise", Framewise(partial(Tensor.squeeze, dim=1)), [feed], None)
        builder.put(result, Flow(first, None, False, flow.stride, flow.late))
    return Converted(builder.graph(result), builder.flow(result), newest=True)


def _check_steady(clip: ClipTape, source: Value) -> None:
    """Refuse a network whose code reads the numbers of the video, as in `if x.mean() > 0`."""
    reached = {source}
    for operation in clip.tape.operations:
        if operation.name in FRESH or reached.isdisjoint(operation.inputs):
            continue
        if operation.name in NUMBERS and not operation.outputs:
            refuse(operation, "its code reads numbers of the video, which a recording cannot follow; use torch.where")
        reached.update(operation.outputs)


def _check_fixed(builder: Builder, operation: Operation, flowing: list[Value]) -> None:
    """Refuse results and fixed tensors that are others for other clips, where the rules cannot see it."""
    twin = builder.clip.twins.get(operation)
    if twin is not None and len(twin.outputs) != len(operation.outputs):
        refuse(operation, "how many tensors it makes depends on the number of frames or videos; write it without that")
    for value in operation.inputs:
        longer = builder.clip.longer.get(value)
        if value.origin != "constant" or value in flowing or longer is None or len(longer) != len(value.shape):
            continue
        # one more is the batch
        grown = [size for size, other in zip(value.shape, longer, strict=True) if other > size + 1]
        if grown and any(builder.summary(one) for one in flowing):
            refuse(operation, "it joins a tensor as long as the clip to a summary of the clip; a stream has no length")
        if 1 in grown:
            refuse(operation, "it reads a tensor as long as the clip; hand in an example of more frames than one")


def _needed(clip: ClipTape) -> frozenset[Operation]:
    """Return the operations that the answer depends on."""
    needed: set[Operation] = set()
    waiting = [clip.tape.result]
    while waiting:
        maker = waiting.pop().maker
        if maker is None or (maker.name in LIKE and clip.grows(maker.outputs[0]) == ()):
            continue
        if maker not in needed:
            needed.add(maker)
            waiting += maker.inputs
    return frozenset(needed)


def _read(clip: ClipTape) -> list[Value]:
    return [value for operation in clip.tape.operations for value in operation.inputs]
