"""What a network does with clips of two lengths: the difference shows where time is."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.utils._pytree import tree_leaves

from netwright.records.errors import ModelError
from netwright.structure.call import call
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.record import record
from netwright.structure.tape import Operation, Tape, Value

LONGER = 96
"""Frames by which the second clip is longer: a multiple of the usual strides, so that "same" padding stays the same."""
UNSEEN = "untraced"
"""The operation that stands for code that torch does not see."""


@dataclass(frozen=True, eq=False)
class ClipTape:
    """A recorded clip, and what was otherwise for a longer one.

    Args:
        tape: The recording, with real tensors.
        frames: Frames of the clip.
        longer: Shape of each value where batch and clip were larger; values are missing from where the network
            refused the longer clip.
        changed: Operations whose plain arguments (numbers, sizes) were others.
        twins: What each operation was for the longer clip; missing from where the network refused it.
        refused: What the network said of the longer clip; empty where it took it.
        random: Whether the network drew random numbers.
        open: Whether it reads constants of which only a run on a longer clip shows whether they are others there.
        notes: What a user must know, such as that the network does something else for some lengths.
    """

    tape: Tape
    frames: int
    longer: dict[Value, tuple[int, ...]]
    changed: frozenset[Operation]
    twins: dict[Operation, Operation]
    refused: str
    random: bool = False
    open: bool = False
    notes: tuple[str, ...] = ()

    def frames_of(self, value: Value, axis: int) -> tuple[int, int] | None:
        """Return how many frames a value has on an axis, and how many for the longer clip; None where unknown."""
        other = self.longer.get(value)
        if other is None or len(other) != len(value.shape):
            return None
        return value.shape[axis], other[axis]

    def grows(self, value: Value) -> tuple[int, ...] | None:
        """Return the axes of a value, behind the first one, that are longer for a longer clip; None where unknown."""
        other = self.longer.get(value)
        if other is None or len(other) != len(value.shape):
            return None
        return tuple(axis for axis in range(1, len(other)) if other[axis] != value.shape[axis])


def record_clips(model: nn.Module, example: Tensor, axis: int) -> ClipTape:
    """Record a network on an example clip, and its shapes on a longer clip of one more video.

    Args:
        model: The network; it is run in evaluation mode.
        example: A clip (N, C, T, H, W).
        axis: Where time is.

    Returns:
        The recording.

    Raises:
        ModelError: The network refuses the example, or does something else for a longer clip.
    """
    drawn: list[bool] = []
    # a network may write into its input
    clip = example.detach().clone()

    def run() -> Any:
        before = torch.get_rng_state()
        made = call(model, clip)
        drawn.append(not torch.equal(before, torch.get_rng_state()))
        return made

    with evaluation_mode(model):
        with _attributes_kept(model):
            tape = record(model, run, clip)
        other, refused = _longer(model, example, axis, LONGER)
        odd, _ = _longer(model, example, axis, LONGER + 1)
        if refused and not _longer(model, example[:-1], axis, LONGER)[1]:
            raise ModelError(
                f"{type(model).__name__} takes only batches of {example.shape[0]} videos, as the example is; let it "
                f"take any number of them ({refused})"
            )
    if not refused:
        _check_lengths(type(model).__name__, tape, other)
    longer, changed, twins, unsettled = _compared(tape, other, axis)
    notes = () if refused else _otherwise(other, odd, example.shape[axis])
    return ClipTape(tape, example.shape[axis], longer, changed, twins, refused, drawn[0], unsettled, notes)


def _compared(
    tape: Tape, other: Tape, axis: int
) -> tuple[dict[Value, tuple[int, ...]], frozenset[Operation], dict[Operation, Operation], bool]:
    """Return the shapes for the longer clip, the operations with other arguments, their twins; and `ClipTape.open`."""
    unsettled = False
    longer: dict[Value, tuple[int, ...]] = {}
    changed, twins = set(), {}
    for value in _leaves(tape):
        if value.origin == "input":
            before, behind = value.shape[1:axis], value.shape[axis + 1 :]
            longer[value] = (value.shape[0] + 1, *before, value.shape[axis] + LONGER, *behind)
    for ours, theirs in zip(tape.operations, other.operations, strict=False):
        if UNSEEN in {ours.name, theirs.name}:
            break
        if ours.name != theirs.name or ours.module != theirs.module:
            raise ModelError(
                f"{where(ours)}: for a longer clip of one more video the network does {where(theirs)} instead; what it "
                "does must not depend on the length of the clip"
            )
        twins[ours] = theirs
        for value, twin in zip(ours.inputs, theirs.inputs, strict=False):
            longer.setdefault(value, twin.shape)
            if value.origin == "constant" and _another(value.tensor, twin.tensor):
                changed.add(ours)
            elif value.origin == "constant" and bool(value.tensor.any()):
                unsettled |= isinstance(twin.tensor, FakeTensor)
        longer.update(zip(ours.outputs, (value.shape for value in theirs.outputs), strict=False))
        if _plain(ours) != _plain(theirs):
            changed.add(ours)
    return longer, frozenset(changed), twins, unsettled


def _check_lengths(network: str, tape: Tape, other: Tape) -> None:
    counts = len(tape.operations), len(other.operations)
    unseen = any(operation.name == UNSEEN for operation in [*tape.operations, *other.operations])
    if not unseen and counts[0] != counts[1]:
        # the first that differs is told by its name where there is one
        pairs = zip(tape.operations, other.operations, strict=False)
        if all((ours.name, ours.module) == (theirs.name, theirs.module) for ours, theirs in pairs):
            raise ModelError(
                f"{network} runs {counts[0]} operations on the example and {counts[1]} on a longer clip; what it does "
                "must not depend on the length of the clip"
            )


def run_longer(model: nn.Module, example: Tensor, axis: int) -> tuple[Tensor, Any]:
    """Return a longer clip, the frames of an example's first video over and over, and what the network says of it."""
    frames = torch.arange(example.shape[axis] + LONGER, device=example.device) % example.shape[axis]
    clip = example[:1].detach().index_select(axis, frames)
    with evaluation_mode(model), _attributes_kept(model), torch.no_grad():
        return clip, call(model, clip.clone())


def where(operation: Operation) -> str:
    """Return an operation's name for messages: its module and what it does there.

    >>> where(Operation("relu", None, (), {}, None, "stem.act"))
    'stem.act: relu'
    """
    return f"{operation.module or 'forward'}: {operation.name}"


def _longer(model: nn.Module, example: Tensor, axis: int, more: int) -> tuple[Tape, str]:
    shape = list(example.shape)
    shape[0] += 1
    shape[axis] += more
    tapes: list[Tape] = []
    # only shapes are computed: no time is spent, and no memory
    with FakeTensorMode(allow_non_fake_inputs=True), _attributes_kept(model), _quiet():
        clip = torch.empty(shape, dtype=example.dtype, device=example.device)

        def run() -> Any:
            try:
                return call(model, clip)
            except ModelError as error:
                return str(error)

        tapes.append(record(model, run, clip))
    refused = tapes[0].result if isinstance(tapes[0].result, str) else ""
    return tapes[0], refused


@contextmanager
def _attributes_kept(model: nn.Module) -> Iterator[None]:
    """Put back what a network keeps on its modules: what it made of one clip must not meet another."""
    held = [(vars(module), dict(vars(module))) for module in model.modules()]
    inner = [(part, dict(part)) for _, before in held for part in before.values() if isinstance(part, dict)]
    try:
        yield
    finally:
        for attributes, before in held + inner:
            if [*map(id, attributes.values())] != [*map(id, before.values())]:
                attributes.clear()
                attributes.update(before)


@contextmanager
def _quiet() -> Iterator[None]:
    """Let torch not log that a network refuses a length, which is an answer here."""
    logger = logging.getLogger("torch._subclasses.fake_tensor")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _otherwise(even: Tape, odd: Tape, frames: int) -> tuple[str, ...]:
    """Return a note where a network treats clips otherwise that are one frame longer."""
    for one, other in zip(even.operations, odd.operations, strict=False):
        pads = one.name == "pad" and _plain(one) != _plain(other)
        if (one.name, one.module) != (other.name, other.module) or pads:
            lengths = f"clips of {frames}, {frames + LONGER}, ... frames"
            return (
                f"{where(one)}: the network treats other lengths otherwise; the stream does as for {lengths}, "
                "and equals its offline run for every length",
            )
    return ()


def _leaves(tape: Tape) -> list[Value]:
    return list(dict.fromkeys(value for operation in tape.operations for value in operation.inputs))


def _another(ours: Tensor, theirs: Tensor) -> bool:
    """Return whether a single number is another one for the longer clip, as far as it is known there."""
    known = getattr(theirs, "constant", None)
    return ours.numel() == 1 and known is not None and not torch.equal(ours, known)


def _plain(operation: Operation) -> list[Any]:
    leaves = tree_leaves((operation.args, operation.kwargs))
    return [leaf for leaf in leaves if not isinstance(leaf, Value)]
