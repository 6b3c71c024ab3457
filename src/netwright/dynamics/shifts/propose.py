"""Proposing all translations and null parameters of a network."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from scipy import sparse

from netwright.dynamics.proposals import Proposals
from netwright.dynamics.shifts.absences import absences
from netwright.dynamics.shifts.charges import Charges, charges_of
from netwright.dynamics.shifts.exchange import exchanges
from netwright.dynamics.shifts.recurrent import recurrent_exchanges
from netwright.dynamics.shifts.rules import ABSORBERS
from netwright.dynamics.shifts.walk import Walk, walk_back
from netwright.dynamics.slice_family import SliceFamily
from netwright.records.symmetry import Symmetry
from netwright.structure.tape import Operation, Tape, Value


def propose_shifts(tape: Tape) -> Proposals:
    """Return the symmetries theta -> theta + c of a loss, read off its tape.

    A translation adds a constant to several elements at once; its charge is their sum. A null element may take any
    value by itself: the loss does not see it. Both hold for every batch and at all parameters.

    Args:
        tape: Of one forward pass whose result is the loss.

    Returns:
        One family a layer and kind, null ones a parameter each, and the places where one is absent, with the reason.

    The head of a classifier: a column sum for each of 3 inputs, and the sum of the biases.

    >>> import torch
    >>> from netwright.structure.record import record
    >>> net, x = torch.nn.Linear(3, 4), torch.randn(5, 3)
    >>> loss = lambda: torch.nn.functional.cross_entropy(net(x), torch.tensor([0, 1, 2, 3, 0]))
    >>> found = [family.symmetry for family in propose_shifts(record(net, loss, x)).families]
    >>> [(symmetry.kind, symmetry.parameters, symmetry.count) for symmetry in found]
    [('translation', ('weight', 'bias'), 4)]
    """
    walk = walk_back(tape)
    order = {op: at for at, op in enumerate(tape.operations)}
    layers: dict[tuple[str, str], list[Charges]] = defaultdict(list)
    nulls: list[tuple[str, Charges]] = []
    for name, value in tape.parameters.items():
        found = charges_of(name, value.shape, walk.patterns.get(value, None))
        if found is None:
            continue
        end = _end(walk, value, order)
        joint, single = found.part(single=False), found.part(single=True)
        if joint:
            layers[name.rpartition(".")[0], end].append(joint)
        if single:
            nulls.append((end, single))
    families = [_family("translation", layer, end, parts) for (layer, end), parts in layers.items()]
    families += [_family("null", part.slicing.parameter.rpartition(".")[0], end, [part]) for end, part in nulls]
    families += [*exchanges(tape, walk), *recurrent_exchanges(tape, walk)]
    return Proposals(tuple(families), absences(tape, walk))


def _end(walk: Walk, value: Value, order: dict[Operation, int]) -> str:
    """Return in words what absorbs the shifts of a value: the first reader to, and how many more."""
    ends = sorted(walk.absorbers.get(value, {}), key=order.__getitem__)
    names = list(dict.fromkeys(_named(op) for op in ends))
    return "".join(names[:1]) + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _named(op: Operation) -> str:
    word = ABSORBERS[op.name]
    return f"{word} {op.module}" if op.module else word


def _family(kind: Literal["translation", "null"], layer: str, end: str, parts: Iterable[Charges]) -> SliceFamily:
    parts = list(parts)
    names = tuple(part.slicing.parameter for part in parts)
    place = f"{layer or 'top'} -> {end}" if end else layer or "top"
    weights = sparse.csr_array(sparse.block_diag([part.weights for part in parts], format="csr"))
    symmetry = Symmetry(kind=kind, place=place, parameters=names, count=weights.shape[0])
    return SliceFamily(symmetry, tuple(part.slicing for part in parts), weights)
