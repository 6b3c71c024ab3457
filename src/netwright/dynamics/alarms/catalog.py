"""Every alarm there is, and the look that asks them all."""

from collections.abc import Iterable
from typing import Any, Protocol

from netwright.dynamics.alarms.batchnorm_eval import BatchNormEval
from netwright.dynamics.alarms.broken_symmetry import BrokenSymmetry
from netwright.dynamics.alarms.frozen_layer import FrozenLayer
from netwright.dynamics.alarms.lost_decay import LostDecay
from netwright.dynamics.alarms.missing_parameter import MissingParameter
from netwright.dynamics.alarms.moment import Moment
from netwright.dynamics.alarms.other_optimizer import OtherOptimizer
from netwright.dynamics.alarms.schedule import Schedule
from netwright.dynamics.alarms.value_clipping import ValueClipping
from netwright.records.dynamics import Alarm


class Watch(Protocol):
    """One cause to look for."""

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:
        """Return what it sees at this moment; may keep JSON-able counters of its own in the memory."""


CATALOG: tuple[Watch, ...] = (
    OtherOptimizer(),
    MissingParameter(),
    FrozenLayer(),
    BatchNormEval(),
    LostDecay(),
    ValueClipping(),
    Schedule(),
    # the last one asks what the others have explained
    BrokenSymmetry(),
)


def look(moment: Moment, memory: dict[str, Any]) -> tuple[Alarm, ...]:
    """Return the alarms that are raised at this moment and were not before.

    Args:
        moment: The training right after an optimizer step.
        memory: A JSON-able dictionary, empty at first, that the caller keeps from look to look and with a checkpoint.

    Returns:
        New alarms: each cause and place once a training.
    """
    raised = memory.setdefault("raised", [])
    new = []
    for watch in CATALOG:
        for alarm in watch.look(moment, memory):
            if [alarm.kind, alarm.place] not in raised:
                raised.append([alarm.kind, alarm.place])
                new.append(alarm)
    return tuple(new)
