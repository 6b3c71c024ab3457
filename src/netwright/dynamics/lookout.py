"""Looks for alarms at every reading of a training."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from torch import nn
from torch.optim import Optimizer

from netwright.dynamics.alarms.catalog import look
from netwright.dynamics.alarms.moment import GroupSettings, Moment
from netwright.dynamics.alarms.schedule import note_step
from netwright.dynamics.family import Family, Floats
from netwright.dynamics.names import unwrap
from netwright.dynamics.readings import Reading
from netwright.dynamics.settings import group_settings
from netwright.records.dynamics import Alarm


class Lookout:
    """Looks for alarms, and keeps those that were raised.

    Args:
        schedule: The learning rate scheduler of the training; nothing where there is none.
    """

    def __init__(self, schedule: object | None) -> None:
        self.schedule = schedule
        self.alarms: list[Alarm] = []
        self._memory: dict[str, Any] = {}

    def note(self) -> None:
        """Take note of a step of the optimizer."""
        note_step(self.schedule, self._memory)

    def look(
        self,
        model: nn.Module,
        optimizer: Optimizer,
        step: int,
        families: Sequence[Family],
        readings: Sequence[Reading],
        breaking: Sequence[Floats],
    ) -> None:
        """Look at a training right after an optimizer step.

        Args:
            model: The network, wrapped or not.
            optimizer: Its optimizer.
            step: How many optimizer steps there were.
            families: What is watched.
            readings: One entry a family.
            breaking: |<g, v>| / (|g| |v|) of each charge, one entry a family.
        """
        bare = unwrap(model)
        parameters = dict(bare.named_parameters())
        moment = Moment(
            step=step,
            model=bare,
            optimizer=optimizer,
            parameters=parameters,
            settings=_named_settings(optimizer, parameters),
            families=tuple(families),
            measured=tuple(reading.measured for reading in readings),
            predicted=tuple(reading.predicted for reading in readings),
            breaking=tuple(breaking),
            magnitudes=tuple(reading.magnitude for reading in readings),
            schedule=self.schedule,
        )
        self.alarms.extend(look(moment, self._memory))

    def state_dict(self) -> dict[str, Any]:
        """Return what was raised and what is remembered, as plain values."""
        return {"alarms": [alarm.model_dump() for alarm in self.alarms], "memory": deepcopy(self._memory)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self.alarms, self._memory = [Alarm(**alarm) for alarm in state["alarms"]], deepcopy(state["memory"])


def _named_settings(optimizer: Optimizer, parameters: dict[str, nn.Parameter]) -> tuple[GroupSettings, ...]:
    """Return the settings of every group, with the names of those of its parameters that the model has."""
    names = {id(parameter): name for name, parameter in parameters.items()}
    return tuple(
        group_settings(optimizer, group, tuple(names[id(p)] for p in group["params"] if id(p) in names))
        for group in optimizer.param_groups
    )
