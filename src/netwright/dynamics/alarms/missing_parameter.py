"""A parameter that is trainable and that no group of the optimizer holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from netwright.dynamics.alarms.cover import cover, listed
from netwright.dynamics.alarms.moment import Moment
from netwright.records.dynamics import Alarm


@dataclass(frozen=True)
class MissingParameter:
    """Raised where requires_grad is True and the parameter is in no group: its gradient is computed and never used.

    Exact, without a threshold: membership in `optimizer.param_groups` is by identity.
    """

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:  # noqa: ARG002 - it needs no memory
        """Return one alarm for each largest module, or parameter, that is wholly outside the optimizer."""
        stepped = moment.stepped
        missing = [name for name, p in moment.parameters.items() if p.requires_grad and name not in stepped]
        for place, names in cover(moment.model, missing).items():
            elements = sum(moment.parameters[name].numel() for name in names)
            yield Alarm(
                kind="parameter missing from the optimizer",
                place=place,
                step=moment.step,
                found=f"{len(names)} trainable parameter(s) with {elements} elements are in no group of "
                f"{type(moment.optimizer).__name__}: {listed(names)}",
                remedy="Hand them to the optimizer (build it after the model is complete, or call add_param_group), "
                "or set requires_grad_(False) if they are meant to stay.",
            )
