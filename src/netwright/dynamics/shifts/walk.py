"""The way back from the loss: of every value, the shifts that the loss does not see."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from netwright.dynamics.shifts.movement import PLACES
from netwright.dynamics.shifts.pattern import UNREAD, Pattern, dense, is_unread, join
from netwright.dynamics.shifts.pointwise import centred
from netwright.dynamics.shifts.rules import ABSORBERS, RULES
from netwright.dynamics.shifts.step import Rule, Step
from netwright.structure.tape import Operation, Tape, Value, values_in


@dataclass(eq=False)
class Walk:
    """What the way back found.

    Args:
        wanted: Values that depend on parameters and whose maker lets shifts through.
        patterns: Of every value that is read, the pattern that all its readers absorb.
        uses: Of every value, the readers with the pattern that each absorbs.
        absorbers: Of every value, the operations that absorb its shifts in the end.
    """

    wanted: frozenset[Value]
    patterns: dict[Value, Pattern] = field(default_factory=dict)
    uses: dict[Value, list[tuple[Operation, Pattern]]] = field(default_factory=dict)
    absorbers: dict[Value, dict[Operation, None]] = field(default_factory=dict)

    def outs(self, op: Operation) -> list[Tensor | None]:
        """Return the patterns of an operation's outputs."""
        found = []
        for value in op.outputs:
            pattern = self.patterns.get(value, torch.full(value.shape, UNREAD))
            found.append(None if pattern is None else dense(pattern, value.shape))
        return found

    def note(self, op: Operation, value: Value, pattern: Pattern) -> None:
        """Note what one reader of a value absorbs."""
        self.uses.setdefault(value, []).append((op, pattern))
        if is_unread(pattern):
            return
        self.patterns[value] = join(self.patterns[value], pattern) if value in self.patterns else pattern
        ends = self.absorbers.setdefault(value, {})
        if op.name in ABSORBERS and absorbs(op, value):
            ends[op] = None
        elif pattern is not None:
            for out in op.outputs:
                ends.update(self.absorbers.get(out, {}))


def walk_back(tape: Tape) -> Walk:
    """Return the patterns of all values that depend on parameters, from the loss to the parameters.

    A pattern of a value is a partition of its elements: adding to the value any tensor that is constant on each class
    leaves the loss as it is. The loss itself is frozen. Each operation turns the patterns of its outputs into those of
    its inputs (`rules`); what several operations read has the finest partition that is coarser than all of theirs.

    Args:
        tape: Of a forward pass whose result is a loss.

    Returns:
        The patterns.
    """
    walk = Walk(frozenset(value for value in dependent(tape) if _lets_through(value)))
    walk.patterns.update(dict.fromkeys(values_in(tape.result)))
    for op in reversed(tape.operations):
        if any(out in walk.patterns for out in op.outputs):
            for value, pattern in pulled(op, walk.outs(op), walk.wanted):
                walk.note(op, value, pattern)
            walk.patterns.update((value, None) for value in op.inputs if value not in walk.wanted)
    return walk


def pulled(op: Operation, outs: list[Tensor | None], wanted: frozenset[Value]) -> list[tuple[Value, Pattern]]:
    """Return the pattern of every wanted input of an operation, given those of its outputs."""
    rule = RULES.get(op.name)
    passes = op.name in ABSORBERS or any(out is not None for out in outs) or _drops_elements(op)
    full = [dense(out, value.shape) for out, value in zip(outs, op.outputs, strict=True)]
    found = _applied(rule, Step(op, full, wanted)) if rule and passes else []
    named = {value for value, _ in found}
    return found + [(value, None) for value in dict.fromkeys(op.inputs) if value in wanted and value not in named]


def dependent(tape: Tape) -> set[Value]:
    """Return the parameters of a tape and all values that depend on them."""
    found = set(tape.parameters.values())
    for op in tape.operations:
        if any(value in found for value in op.inputs):
            found.update(op.outputs)
    return found


def absorbs(op: Operation, value: Value) -> bool:
    """Return whether an operation absorbs shifts of one of its inputs by itself: its data, and attention's keys."""
    if op.name == "scaled_dot_product_attention":
        return value is op.argument(1, "key") or value is op.argument(3, "attn_mask")
    if op.name == "sub" and centred(op) is None:
        return False
    return value is op.argument(0, "input")


def _applied(rule: Rule, step: Step) -> list[tuple[Value, Pattern]]:
    """Return what a rule says; nothing, which freezes all inputs, where it cannot read an unusual call."""
    try:
        return list(rule(step))
    except (TypeError, ValueError, RuntimeError, IndexError, AttributeError, NotImplementedError):
        return []


def _drops_elements(op: Operation) -> bool:
    """Return whether a movement leaves elements out: frozen as all else may be, it says nothing of those."""
    landed = sum(out.tensor.numel() for out in op.outputs)
    return op.name in PLACES and any(value.tensor.numel() > landed for value in op.inputs)


def _lets_through(value: Value) -> bool:
    return value.origin == "parameter" or (value.maker is not None and value.maker.name in RULES)
