"""A layer that the training does not move."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from netwright.dynamics.alarms.cover import cover, listed
from netwright.dynamics.alarms.moment import Moment
from netwright.records.dynamics import Alarm

LOOKS = 3
"""Looks in a row without a gradient. One is not enough: behind a scale that starts at 0 the first gradient is 0, and
the second no longer is; momentum and a rate that warms up from 0 can shift this by one more step."""

LEARNS = -1
"""Counts for a parameter whose gradient has flowed."""

SAMPLE = 4096
"""Elements of a gradient that are looked at first."""


@dataclass(frozen=True)
class FrozenLayer:
    """Raised where requires_grad is False, or the gradient is None or exactly 0 at every look so far.

    No tolerance: a gradient that flows is not exactly 0 in all elements of a parameter, at any precision whose range it
    does not underflow. Parameters that the loss provably does not see (null symmetries) are left out.
    """

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:
        """Return one alarm for each largest module, or parameter, that has not moved and cannot."""
        looks: dict[str, int] = memory.setdefault("looks without gradient", {})
        unseen = {n for f in moment.families if f.symmetry.kind == "null" for n in f.symmetry.parameters}
        still: dict[str, list[str]] = {
            "requires_grad is False": [],
            "no gradient reaches it": [],
            "its gradient is exactly 0": [],
        }
        stepped = moment.stepped
        for name, parameter in moment.parameters.items():
            if not parameter.requires_grad:
                still["requires_grad is False"].append(name)
            elif name not in stepped or name in unseen or looks.get(name) == LEARNS:
                continue
            elif not _flows(parameter.grad):
                looks[name] = looks.get(name, 0) + 1
                why = "no gradient reaches it" if parameter.grad is None else "its gradient is exactly 0"
                if looks[name] >= LOOKS:
                    still[why].append(name)
            else:
                # it is settled for good and not looked at again: a layer that rests later is not frozen
                looks[name] = LEARNS
        for why, names in still.items():
            for place, held in cover(moment.model, names).items():
                yield _alarm(place, held, why, moment)


def _flows(gradient: Tensor | None) -> bool:
    """Return whether any element is not 0; most gradients show it in a few elements."""
    if gradient is None:
        return False
    values = gradient.detach()
    values = values._values() if values.is_sparse else values.reshape(-1)
    return bool(torch.any(values[:SAMPLE])) or bool(torch.any(values))


def _alarm(place: str, names: tuple[str, ...], why: str, moment: Moment) -> Alarm:
    elements = sum(moment.parameters[name].numel() for name in names)
    held = [f for f in moment.families if f.symmetry.parameters and set(f.symmetry.parameters) <= set(names)]
    charges = sum(f.symmetry.count for f in held)
    constant = f"; its {charges} charges stay constant for want of motion" if charges else ""
    decays = any(g.weight_decay and set(g.parameters) & set(names) for g in moment.settings)
    shrinks = "; weight decay alone still shrinks it" if decays and why == "its gradient is exactly 0" else ""
    return Alarm(
        kind="frozen layer",
        place=place,
        step=moment.step,
        found=f"{elements} elements do not learn: {why} ({listed(names)}){constant}{shrinks}",
        remedy="Fine if it is frozen on purpose; otherwise call requires_grad_(True), and look for a detach(), a "
        "no_grad() block, an argmax or a branch that is not taken between it and the loss.",
    )
