"""Operations that treat every frame by itself: shown by trying them on frames together and apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import torch
from torch import Tensor

from netwright.streaming.builder import Builder, RejoinError, on_axis, refuse
from netwright.streaming.flow import Flow
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.join import Join
from netwright.streaming.replay import Function, replayed
from netwright.streaming.rules.fixed_frames import over_time
from netwright.structure.tape import Operation, Value

FIRST, REST = 2, 3
"""Frames that are tried apart, then together."""
TOLERANCE = 1e-4
ROUNDINGS = 8
"""How far the results may be apart: this, or so many roundings of their type where it is coarse."""
WHY = {
    "group_norm": "it normalises over frames, those of the future too; use batch normalisation",
    "instance_norm": "it normalises over frames, those of the future too; use batch normalisation",
    "layer_norm": "it normalises over frames, those of the future too; normalise over channels only",
    "softmax": "its sum runs over frames, those of the future too; take it over classes",
    "scaled_dot_product_attention": "every frame attends to every other; attention needs the whole clip",
    "multi_head_attention_forward": "every frame attends to every other; attention needs the whole clip",
    "lstm": "recurrent layers are not supported on streams",
    "gru": "recurrent layers are not supported on streams",
    "rnn_tanh": "recurrent layers are not supported on streams",
    "flip": "it reverses time; the first frame of its output is the last of the video",
    "roll": "it moves frames from the end of the video to its start",
    "interpolate": "it changes the number of frames; resize height and width only",
    "setitem": "it writes frames into a tensor that others read; build the result with cat",
    "overwritten": "it writes into memory that another value lies in; use the form that makes a new tensor",
    "untraced": "its code cannot be seen (scripted module or custom function); write it in torch functions",
    "sum": "it sums over all frames, without bound on a stream; use the mean",
    "matmul": "it multiplies frames with frames",
    "unfold": "it cuts windows over time; use a convolution",
    "fold": "it mixes frames",
    **dict.fromkeys(
        ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout", "rand_like",
         "randn_like", "randint_like", "bernoulli", "normal", "uniform", "gumbel_softmax", "multinomial", "rrelu"),
        "it draws random numbers in evaluation mode; leave them to training mode",
    ),
    "conv_transpose3d": "it makes frames that overlap; only kernel and stride 1 over time are supported",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Apart:
    """What an operation makes of frames by themselves.

    Args:
        function: Of chunks as they flow, each with any number of frames; returns the list of outputs.
        axes: Where time is in each output.
    """

    function: Function
    axes: tuple[int, ...]


def single_frames(builder: Builder, operation: Operation) -> None:
    """Make an operation part of the stream that treats every frame by itself, alone or several inputs in step.

    That it does is tried on random frames: what it makes of five together must be what it makes of two and of three.

    Args:
        builder: The stream so far.
        operation: Any.

    Raises:
        ModelError: It mixes frames.
        RejoinError: One of its inputs is a summary of all frames.
    """
    values = builder.flows_in(operation)
    flows = [builder.flow(value) for value in values]
    summaries = [flow for flow in flows if flow.axis is None]
    if summaries:
        raise RejoinError(frozenset().union(*(flow.pools for flow in summaries)))
    if operation in builder.clip.changed and operation.name not in {"expand", "interpolate"}:
        refuse(operation, "its arguments depend on the length of the clip; write them without it")
    if len({flow.stride for flow in flows}) > 1:
        rates = " and ".join(str(stride) for stride in sorted({flow.stride for flow in flows}))
        refuse(operation, f"its inputs have a frame for every {rates} frames of the video; bring them to one rate")
    apart = _tried(operation, values, flows)
    late, feeds = max(flow.late for flow in flows), [builder.feed(value) for value in values]
    for index, (value, axis) in enumerate(zip(operation.outputs, apart.axes, strict=True)):
        function = picked(apart.function, index)
        piece = Framewise(function) if len(values) == 1 else Join(function, tuple(flow.axis or 0 for flow in flows))
        node = builder.add("framewise" if len(values) == 1 else "join", piece, feeds, operation)
        rows = all(flow.rows for flow in flows)
        cut = flows[0].cut if len(flows) == 1 else 0
        builder.put(value, Flow(node, axis, rows, flows[0].stride, late, cut=cut))


def never(builder: Builder, operation: Operation) -> NoReturn:  # noqa: ARG001 - the interface of rules
    """Refuse what cannot be run anew: values written into by way of others, and code that cannot be seen.

    Raises:
        ModelError: Always.
    """
    refuse(operation, WHY[operation.name])


def _tried(operation: Operation, values: Sequence[Value], flows: Sequence[Flow]) -> Apart:
    function = _on_chunks(operation, values, flows)
    tries = [_random(value, flow, FIRST + REST) for value, flow in zip(values, flows, strict=True)]
    parts = [
        [on_axis(x, flow.axis or 0, frames) for x, flow in zip(tries, flows, strict=True)]
        for frames in (slice(None), slice(None, FIRST), slice(FIRST, None))
    ]
    try:
        with torch.no_grad():
            whole, first, rest = (function(*part) for part in parts)
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        why = WHY.get(
            operation.name, f"on frames other than the recorded ones, and on other numbers of them, it fails ({error})"
        )
        refuse(operation, why)
    if len(whole) != len(operation.outputs):
        refuse(operation, "how many tensors it makes depends on the number of frames or videos; write it without that")
    axes = []
    for together, left, right in zip(whole, first, rest, strict=True):
        grown = [axis for axis in range(left.dim()) if left.shape[axis] != right.shape[axis]]
        steady = len(grown) == 1 and together.shape[grown[0]] == FIRST + REST
        if not steady or not _same(together, torch.cat([left, right], grown[0])):
            refuse(operation, WHY.get(operation.name, "it mixes frames: what it makes of one depends on others"))
        axes.append(grown[0])
    return Apart(function, tuple(axes))


def _on_chunks(operation: Operation, values: Sequence[Value], flows: Sequence[Flow]) -> Function:
    """Return an operation as a function of chunks, with frames in rows folded into the batch where all inputs are."""
    if all(flow.rows for flow in flows):
        plain = replayed(operation, values)

        def in_rows(*chunks: Tensor) -> list[Tensor]:
            batch, frames = chunks[0].shape[:2]
            made = plain(*(chunk.flatten(0, 1) for chunk in chunks))
            return [part.reshape(batch, frames, *part.shape[1:]) for part in tensors_in(made)]

        return in_rows
    model = next(at for at, flow in enumerate(flows) if not flow.rows)
    rank, axis = len(values[model].shape), flows[model].axis
    assert axis is not None
    fixed = {value: value for value in operation.inputs if value not in values}
    # the weights of a convolution do not lie beside frames
    beside = not operation.name.startswith("conv")
    steady = {value: over_time(operation, value, rank, axis) for value in fixed if beside}
    plain = replayed(operation, values, steady)
    aligned = [_alignment(operation, value, flow, rank, axis) for value, flow in zip(values, flows, strict=True)]
    if all(place is None for place in aligned):
        return lambda *chunks: tensors_in(plain(*chunks))

    def in_step(*chunks: Tensor) -> list[Tensor]:
        placed = [
            chunk if place is None else chunk.squeeze(place + 1).movedim(1, place)
            for chunk, place in zip(chunks, aligned, strict=True)
        ]
        return tensors_in(plain(*placed))

    return in_step


def _alignment(operation: Operation, value: Value, flow: Flow, rank: int, axis: int) -> int | None:
    """Return which axis of a value, one for each frame, takes the frames; None where it has them on an axis already."""
    if not flow.rows:
        return None
    place = axis - (rank - len(value.shape))
    if place < 1 or value.shape[place] != 1:
        refuse(operation, f"a value of shape {value.shape} for each frame meets frames on axis {axis}; unsqueeze it")
    return place


def _random(value: Value, flow: Flow, frames: int) -> Tensor:
    like = value.tensor
    # two videos, so that rows and batch are told apart
    shape = [2, *value.shape[1:]]
    if flow.rows:
        shape.insert(1, frames)
    else:
        shape[flow.axis or 0] = frames
    generator = torch.Generator(like.device).manual_seed(0)
    if like.is_floating_point():
        return torch.randn(shape, dtype=like.dtype, device=like.device, generator=generator)
    if like.dtype is torch.bool:
        return torch.rand(shape, device=like.device, generator=generator) < 0.5
    # whole numbers may be indices: they stay in the range that was seen
    low, high = (int(like.min()), int(like.max())) if not like.is_complex() else (0, 127)
    return torch.randint(low, high + 1, shape, device=like.device, generator=generator).to(like.dtype)


def _same(one: Tensor, other: Tensor) -> bool:
    if one.shape != other.shape:
        return False
    if not one.is_floating_point():
        return bool(torch.equal(one, other))
    apart = max(TOLERANCE, ROUNDINGS * torch.finfo(one.dtype).eps)
    return bool(torch.allclose(one, other, rtol=apart, atol=apart, equal_nan=True))


def picked(function: Function, index: int) -> Function:
    """Return a function that gives one of the results of another."""
    return lambda *chunks: function(*chunks)[index]


def tensors_in(result: Any) -> list[Tensor]:
    """Return the tensors of a result, in order."""
    if isinstance(result, Tensor):
        return [result]
    return [part for part in result if isinstance(part, Tensor)]
