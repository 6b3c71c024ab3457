"""An exact symmetry that the gradient breaks, for no cause that another alarm knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from netwright.dynamics.alarms.moment import Moment
from netwright.dynamics.alarms.tolerance import breaking_tolerance, excess
from netwright.records.dynamics import Alarm

LOOKS = 2
"""Looks in a row: a batch of zeros or a single overflow is not a broken symmetry."""


@dataclass(frozen=True)
class BrokenSymmetry:
    """Raised where the median |<g, v>| / (|g| |v|) of an exact symmetry is beyond rounding, two looks in a row.

    Near a minimum of a fixed batch the gradient is a small difference of the samples' gradients, whose rounding does
    not shrink with it: the breaking is therefore weighed with |g| / |g at the first look|, if that is below 1.
    """

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:
        """Return one alarm for each family that is broken without another cause."""
        sizes: dict[str, float] = memory.setdefault("gradient sizes", {})
        looks: dict[str, int] = memory.setdefault("looks broken", {})
        first = not sizes
        for at, family in enumerate(moment.families):
            if first:
                sizes[str(at)] = _size(moment, at)
            times = excess(moment, at) if _answers(moment, at) else 0.0
            if times > 1:
                times *= min(1.0, _size(moment, at) / sizes[str(at)]) if sizes.get(str(at)) else 1.0
            looks[str(at)] = looks.get(str(at), 0) + 1 if times > 1 else 0
            if looks[str(at)] >= LOOKS and not _explained(memory):
                size = times * breaking_tolerance(moment, family)
                what = f"the {family.symmetry.kind} symmetry of {family.symmetry.place}"
                yield Alarm(
                    kind="broken symmetry",
                    place=family.symmetry.place,
                    step=moment.step,
                    found=f"{what} is exact in the network, yet |<g, v>| / (|g| |v|) is {size:.1e} in the median, "
                    f"{times:.3g} times what rounding explains",
                    remedy="Something outside the network acts on the gradient: a penalty in the loss, noise, a hook, "
                    "a gradient left over from the step before, or another loss than the one of find_symmetries.",
                )


def _answers(moment: Moment, at: int) -> bool:
    """Return whether a family's constraint can be read from .grad: all its parameters learn, and by this optimizer."""
    symmetry = moment.families[at].symmetry
    named = [moment.parameters[name] for name in symmetry.parameters]
    whole = all(p.requires_grad and p.grad is not None for p in named) and moment.stepped.issuperset(
        symmetry.parameters
    )
    return symmetry.exact and symmetry.kind != "null" and whole


def _size(moment: Moment, at: int) -> float:
    """Return |g|^2 over the parameters that a family moves, to the root."""
    named = [moment.parameters[name].grad for name in moment.families[at].symmetry.parameters]
    return float(sum(float(g.detach().double().square().sum()) for g in named if g is not None) ** 0.5)


def _explained(memory: dict[str, Any]) -> bool:
    """Return whether the gradient is known to be clipped, which breaks every symmetry."""
    return any(kind == "value clipping" for kind, _ in memory.get("raised", ()))
