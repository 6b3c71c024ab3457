"""Weight decay that rounding swallows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import SGD

from netwright.dynamics.alarms.cover import cover, listed
from netwright.dynamics.alarms.moment import GroupSettings, Moment
from netwright.dynamics.family import Floats
from netwright.records.dynamics import Alarm

SAMPLE = 1 << 14
"""Elements of a parameter that are tried at a look."""
ENOUGH = 64.0
"""Elements that decay should have moved by one unit in the last place before it counts. If rounding were fair, their
number would be Poisson: half of 64 has a chance of 1e-5."""


@dataclass(frozen=True)
class LostDecay:
    """Raised where less than half of the weight decay of a low-precision parameter survives rounding.

    (1 - lr lam) theta rounds back to theta where lr lam |theta| is below half the spacing of the numbers at theta:
    always where lr lam < eps / 4, eps the spacing at 1, unless the gradient's own step is larger than the spacing and
    carries the decay across at random. So the step is done twice in the parameter's own arithmetic, with and without
    decay, and what decay has moved, <theta, step with - step without>, is held against lr lam |theta|^2: first when lam
    theta is added to g, then when lr times the step is taken from theta. Parameters with lr lam >= eps lose nothing and
    cost nothing.
    """

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:
        """Yield one alarm for each group that loses its decay, in others one for each module or parameter."""
        counted: dict[str, list[float]] = memory.setdefault("decay", {})
        lost_groups: list[int] = memory.setdefault("groups without decay", [])
        for number, group in enumerate(moment.settings):
            names = [name for name in group.parameters if _rounds(moment.parameters[name], group)]
            for name in names:
                kept, moves = _survival(moment, name, group)
                seen = counted.setdefault(name, [0.0, 0.0])
                seen[0], seen[1] = seen[0] + kept * moves, seen[1] + moves
            if not names or number in lost_groups:
                continue
            # a group's elements are counted together, so that it is known early
            if _is_lost([sum(counted[name][part] for name in names) for part in (0, 1)]):
                lost_groups.append(number)
                yield _alarm(moment, f"parameter group {number}", tuple(names), counted)
            else:
                alone = [name for name in names if _is_lost(counted[name])]
                for place, inside in cover(moment.model, alone).items():
                    yield _alarm(moment, place, inside, counted)


def _rounds(parameter: nn.Parameter, group: GroupSettings) -> bool:
    """Return whether a parameter decays by so little that rounding may swallow it."""
    if not parameter.is_floating_point() or parameter.grad is None or parameter.grad.is_sparse:
        return False
    return 0 < group.lr * group.weight_decay < torch.finfo(parameter.dtype).eps


def _is_lost(seen: list[float]) -> bool:
    kept, due = seen
    return due >= ENOUGH and kept < due / 2


def _survival(moment: Moment, name: str, group: GroupSettings) -> tuple[float, float]:
    """Return the share of decay that survives, and how many units in the last place it should have moved in all."""
    parameter = moment.parameters[name]
    assert parameter.grad is not None
    step = max(1, parameter.numel() // SAMPLE)
    theta = parameter.detach().reshape(-1)[::step]
    gradient = parameter.grad.detach().reshape(-1)[::step]
    share, wide = group.lr * group.weight_decay, theta.double()
    spacing = torch.finfo(theta.dtype).eps * torch.exp2(torch.floor(torch.log2(wide.abs().clamp_min(1e-300))))
    moves = float((share * wide.abs() / spacing).sum())
    due = share * float(wide.square().sum())
    if not due:
        return 1.0, 0.0
    if group.decoupled:
        return float((wide * (wide - (theta * (1 - share)).double())).sum()) / due, moves
    gradient = -gradient if group.maximize else gradient
    with_decay = gradient.add(theta, alpha=group.weight_decay)
    formed = float((wide * (with_decay.double() - gradient.double())).sum()) * group.lr / due
    direction = _direction(moment, name, group, with_decay, step)
    whole = theta.add(direction, alpha=-group.lr).double()
    without = theta.double() - group.lr * (direction.double() - group.weight_decay * wide)
    applied = float((wide * (without.to(theta.dtype).double() - whole)).sum()) / due
    return float(np.clip(formed, 0.0, 1.0)) * applied, moves


def _direction(moment: Moment, name: str, group: GroupSettings, with_decay: Tensor, step: int) -> Tensor:
    """Return what lr multiplies: the gradient with decay, or the momentum buffer."""
    state = moment.optimizer.state.get(moment.parameters[name], {})
    buffer = state.get("momentum_buffer") if isinstance(moment.optimizer, SGD) and group.momentum else None
    if buffer is None:
        return with_decay
    buffer = buffer.detach().reshape(-1)[::step]
    return with_decay.add(buffer, alpha=group.momentum) if group.nesterov else buffer


def _alarm(moment: Moment, place: str, names: tuple[str, ...], counted: dict[str, list[float]]) -> Alarm:
    group = next(g for g in moment.settings if names[0] in g.parameters)
    dtype = moment.parameters[names[0]].dtype
    kind, spacing, share = str(dtype).removeprefix("torch."), torch.finfo(dtype).eps, group.lr * group.weight_decay
    kept, due = (sum(counted[name][part] for name in names) for part in (0, 1))
    return Alarm(
        kind="weight decay lost to rounding",
        place=place,
        step=moment.step,
        found=f"lr * decay = {share:.1e} a step is below the spacing {spacing:.1e} of {kind}: "
        f"{100 * kept / due:.0f}% of the decay survives in {listed(names)}{_drift(moment, names)}",
        remedy="Keep float32 master weights (autocast does), or decay rarely and more at once, or round at random.",
    )


def _drift(moment: Moment, names: tuple[str, ...]) -> str:
    """Return in words how far the charges of these parameters are from their law."""
    for family, measured, law in zip(moment.families, moment.measured, moment.predicted, strict=False):
        if law is not None and set(family.symmetry.parameters) <= set(names):
            return f"; charges of {family.symmetry.place}: {_sum(measured)} measured, {_sum(law)} predicted"
    return ""


def _sum(charges: Floats) -> str:
    return f"{float(charges.sum()):.4g}"
