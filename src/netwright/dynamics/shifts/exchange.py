"""Two parameters in one sum: what one gains the other may lose."""

from collections.abc import Iterator

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from netwright.dynamics.shifts.carriers import SUMS, Carrier, carriers
from netwright.dynamics.shifts.pattern import FROZEN, UNREAD, pull
from netwright.dynamics.shifts.walk import Walk
from netwright.dynamics.slice_family import SliceFamily
from netwright.dynamics.slicing import Slicing
from netwright.records.symmetry import Symmetry
from netwright.structure.tape import Operation, Tape, Value


def exchanges(tape: Tape, walk: Walk) -> Iterator[SliceFamily]:
    """Yield the translations that add a constant to one parameter of a sum and take it from another.

    Token and position embeddings, the biases of two batch norms that meet in a residual sum: h = a + b does not see
    a + d, b - d, for any d that both can make and that no other reader of either sees. The charges that a sum of the
    parameters' own charges is already are left out.

    Args:
        tape: Of a loss.
        walk: The patterns of its values.

    Yields:
        A family for each pair of parameters.
    """
    reaching = carriers(tape)
    linked: dict[str, set[str]] = {}
    for op in tape.operations:
        if op.name not in SUMS or not any(out in walk.patterns for out in op.outputs):
            continue
        for one, other in _pairs(op, reaching):
            names = one.parameter.name, other.parameter.name
            if names[1] in linked.get(names[0], {names[0]}):
                continue
            family = _family(op, one, other, walk)
            if family is not None:
                together = linked.get(names[0], {names[0]}) | linked.get(names[1], {names[1]})
                linked.update(dict.fromkeys(together, together))
                yield family


def _pairs(op: Operation, reaching: dict[Value, tuple[Carrier, ...]]) -> Iterator[tuple[Carrier, Carrier]]:
    """Yield the pairs of parameters that meet in a sum, with the factors that they have in it."""
    left, right = op.argument(0, "input"), op.argument(1, "other")
    if not isinstance(left, Value) or not isinstance(right, Value) or left is right:
        return
    for one in reaching.get(left, ()):
        for other in reaching.get(right, ()):
            yield one, other


def _family(op: Operation, one: Carrier, other: Carrier, walk: Walk) -> SliceFamily | None:
    """Return the exchanges between two parameters that meet in a sum; None where there are none."""
    asides = [carrier.by_slot(carrier.aside(walk, op)) for carrier in (one, other)]
    if any(aside is None for aside in asides):
        return None
    joint = _joint(op, one, other, [aside for aside in asides if aside is not None])
    if joint is None:
        return None
    charges = _new(joint, one, other, walk)
    if not charges:
        return None
    sign = float(op.kwargs.get("alpha", 1)) * (1.0 if op.name == "add" else -1.0)
    amounts = ((one.slots, 1 / one.factor), (other.slots, -1 / (other.factor * sign)))
    shifts = torch.cat([torch.full((slots,), amount, dtype=torch.float64) for slots, amount in amounts])
    rows = [(joint == charge).nonzero().reshape(-1) for charge in charges]
    columns = torch.cat(rows)
    numbers = torch.arange(len(rows)).repeat_interleave(torch.tensor([len(row) for row in rows]))
    entries = (shifts[columns].numpy(), (numbers.numpy(), columns.numpy()))
    weights = sparse.csr_array(entries, shape=(len(rows), len(joint)))
    names = (one.parameter.name, other.parameter.name)
    symmetry = Symmetry(kind="translation", place=_place(*names), parameters=names, count=len(charges))
    return SliceFamily(symmetry, (_slicing(one), _slicing(other)), weights)


def _joint(op: Operation, one: Carrier, other: Carrier, asides: list[Tensor]) -> Tensor | None:
    """Return the classes of slots of both parameters that shift together; 0 for those that cannot."""
    shape = op.outputs[0].shape
    first, second = (carrier.source().expand(shape).reshape(-1) for carrier in (one, other))
    met = (first > 0) | (second > 0)
    first, second = first[met], second[met]
    places = torch.arange(1, len(first) + 1)
    second = torch.where(second > 0, second + one.slots, 0)
    ids, source = [places, places], [first, second]
    start = len(first)
    for aside, offset in zip(asides, (0, one.slots), strict=True):
        read = aside != UNREAD
        ids.append(torch.where(aside[read] > 0, aside[read] + start, FROZEN))
        source.append(torch.arange(1, len(aside) + 1)[read] + offset)
        start += int(aside.max().clamp_min(0))
    found = pull(torch.cat(ids), torch.cat(source), one.slots + other.slots)
    if found is None:
        return None
    both = np.intersect1d(found[: one.slots].numpy(), found[one.slots :].numpy())
    kept = torch.isin(found, torch.from_numpy(both[both > 0]))
    return torch.where(kept, found, 0) if bool(kept.any()) else None


def _new(joint: Tensor, one: Carrier, other: Carrier, walk: Walk) -> list[int]:
    """Return the classes whose charges are not sums of the parameters' own."""
    classes = [int(number) for number in torch.unique(joint) if number > 0]
    owns = [carrier.by_slot(walk.patterns.get(carrier.parameter)) for carrier in (one, other)]
    if any(own is None for own in owns):
        return classes
    slots = torch.arange(1, len(joint) + 1)
    ids, source = [joint], [slots]
    start, offset = int(joint.max()), 0
    for own in owns:
        assert own is not None
        ids.append(torch.where(own > 0, own + start, own))
        source.append(slots[offset : offset + len(own)])
        start, offset = start + int(own.max().clamp_min(0)), offset + len(own)
    merged = pull(torch.cat(ids), torch.cat(source), len(joint))
    if merged is None:
        return classes
    covered = [int(joint[merged == number].max()) for number in torch.unique(merged[joint > 0]) if number > 0]
    return [charge for charge in classes if charge not in covered]


def _slicing(carrier: Carrier) -> Slicing:
    return Slicing(carrier.parameter.name, carrier.view, (len(carrier.view) - 1,))


def _place(one: str, other: str) -> str:
    """Return the layers of two parameters, or their own names where they share a layer."""
    layers = [name.rpartition(".")[0] or name for name in (one, other)]
    return " + ".join((one, other) if layers[0] == layers[1] else layers)
