"""An optimizer to which the laws of SGD do not apply."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from torch.optim import SGD

from netwright.dynamics.alarms.moment import Moment
from netwright.records.dynamics import Alarm


@dataclass(frozen=True)
class OtherOptimizer:
    """Raised where the optimizer is not torch.optim.SGD: information, not a fault.

    The constraints <g, v> = 0 are the network's and hold under any optimizer. The conservation laws need a step along
    the (averaged) gradient: a preconditioner P that differs inside a slice gives <P g, v> != 0 (Kunin et al. 2021,
    "Neural Mechanics", section on adaptive methods left open).
    """

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:  # noqa: ARG002 - it needs no memory
        """Return one alarm for an optimizer that is no SGD."""
        if isinstance(moment.optimizer, SGD):
            return
        name = type(moment.optimizer).__name__
        yield Alarm(
            kind="not plain SGD",
            place=name,
            step=moment.step,
            found=f"{name} does not step along the gradient: the constraints <g, v> = 0 still hold, the laws of the "
            "charges do not, so there is no prediction and no forecast",
            remedy="Nothing is wrong: read the attribution, which holds for any optimizer. Train with torch.optim.SGD "
            "to compare with theory.",
        )
