"""General linear symmetries that a tape suggests."""

import numpy as np

from netwright.dynamics.heads.between import between, known_breaker
from netwright.dynamics.heads.families import families_of, place_of, titled
from netwright.dynamics.heads.follow import follow
from netwright.dynamics.heads.groups import Groups
from netwright.dynamics.heads.layout import stripped
from netwright.dynamics.heads.sites import Site, sites_of
from netwright.dynamics.heads.trail import FOLLOWING, Trail
from netwright.dynamics.proposals import Proposals
from netwright.records.symmetry import Absence
from netwright.structure.tape import Operation, Tape, values_in


def propose_heads(tape: Tape) -> Proposals:
    """Return the general linear symmetries that the tape of a loss suggests.

    Where two values made by linear maps are multiplied and summed over d coordinates, as q . k is, any invertible X may
    act on the rows of the one, A -> X A (its bias is a column of A), and X^-T on the rows of the other. Where a linear
    map reads what another made, as the output projection of attention reads mixed values, X^-1 acts on its columns,
    C -> C X^-1. Gradient flow conserves A A^T - C^T C: d (d + 1) / 2 charges. Heads that share keys (grouped queries)
    share X, and their matrices add up. Nothing that happens to scores, dropout of attention weights included, matters:
    scores do not change, and sums over positions commute with X, a value's bias included.

    Source: Kunin et al., "Neural Mechanics" (ICLR 2021), section 3, for the law; Saxe, McClelland, Ganguli, "Exact
    solutions to the nonlinear dynamics of learning in deep linear neural networks" (ICLR 2014) for linear chains.

    Args:
        tape: Of a forward pass up to the loss.

    Returns:
        A family for each attention layer and pair, and for each two linear maps with nothing in between; where a family
        is missing in attention, the reason.

    >>> import torch
    >>> from netwright.structure.record import record
    >>> net, x = torch.nn.Sequential(torch.nn.Linear(5, 2), torch.nn.Linear(2, 3)), torch.zeros(4, 5)
    >>> [(f.symmetry.place, f.symmetry.count) for f in propose_heads(record(net, lambda: net(x).sum(), x)).families]
    [('0 -> 1', 3)]
    """
    live = _live(tape)
    trail = follow(live, values_in(tape.result))
    groups = Groups(trail)
    kept, broken = groups.kept(), groups.broken()
    absent = [_absence(place_of(group), group.reason) for group in broken if group.what == (FOLLOWING,)]
    covered = {number for group in kept for number in group.numbers}
    for site in sites_of(live):
        reason = _reason(site, trail, groups, covered)
        if reason:
            absent.append(_absence(titled([site.operation.module], site.what), reason))
    return Proposals(families_of(kept), tuple(dict.fromkeys(absent)))


def _live(tape: Tape) -> list[Operation]:
    """Return the operations that the result of a tape depends on, in order."""
    live, ahead = set(), [value.maker for value in values_in(tape.result)]
    while ahead:
        operation = ahead.pop()
        if operation is not None and operation not in live:
            live.add(operation)
            ahead += [value.maker for value in operation.inputs]
    return [operation for operation in tape.operations if operation in live]


def _reason(site: Site, trail: Trail, groups: Groups, covered: set[int]) -> str:
    """Return why a place of attention has no family; empty where it has one."""
    if not site.values:
        return "torch's own attention with a key padding mask or added keys is not taken apart; pass attn_mask instead"
    held = [trail.layouts[value] for value in site.values if value in trail.layouts]
    numbers = [int(number) for layout in held for number in np.unique(stripped(layout.ids).numpy()) if number >= 0]
    if len(held) == len(site.values) and covered.issuperset(numbers):
        return ""
    for value in site.values:
        if known_breaker(value):
            return known_breaker(value)
    for value in site.values:
        if value not in trail.layouts:
            return between(value)
    for group in groups.broken():
        if not group.numbers.isdisjoint(numbers) and site.what in group.what:
            return group.reason
    return next(filter(None, map(groups.reason_of, numbers)), "no linear map reads it as it is")


def _absence(place: str, reason: str) -> Absence:
    return Absence(kind="general linear", place=place, reason=reason)
