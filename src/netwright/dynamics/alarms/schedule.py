"""A learning rate schedule that runs faster than the training."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from netwright.dynamics.alarms.moment import Moment
from netwright.records.dynamics import Alarm

JUMPS = 3
"""Intervals with more than one step of the schedule before it counts. A loss scaler that skips an optimizer step makes
one such interval; three that are also the majority of all in which the schedule moved are a habit of the loop."""


def note_step(schedule: object | None, memory: dict[str, Any]) -> None:
    """Count how far a schedule moved since the last optimizer step; to be called at every optimizer step.

    Costs one attribute and two integers. A schedule a step moves by 1 in each interval, a schedule an epoch by 0 or 1;
    one that is stepped twice moves by 2. A schedule without an integer `last_epoch` is left alone.

    Args:
        schedule: A torch learning rate scheduler, or nothing.
        memory: The dictionary that is handed to the looks.

    >>> from types import SimpleNamespace
    >>> memory = {}
    >>> for epoch in (0, 2, 4, 4):
    ...     note_step(SimpleNamespace(last_epoch=epoch), memory)
    >>> memory["schedule"]
    {'last': 4, 'moved': 2, 'jumps': 2, 'steps': 4}
    """
    now = getattr(schedule, "last_epoch", None)
    if not isinstance(now, int):
        return
    seen = memory.setdefault("schedule", {"last": now, "moved": 0, "jumps": 0, "steps": 0})
    seen["moved"] += now > seen["last"]
    seen["jumps"] += now > seen["last"] + 1
    seen["steps"] += max(0, now - seen["last"])
    seen["last"] = now


@dataclass(frozen=True)
class Schedule:
    """Raised where a scheduler is stepped more than once between optimizer steps as a rule."""

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:
        """Return one alarm where at least three, and most, of the schedule's moves were by two or more."""
        seen = memory.get("schedule")
        if seen is None or seen["jumps"] < JUMPS or 2 * seen["jumps"] <= seen["moved"]:
            return
        name = type(moment.schedule).__name__
        rates = ", ".join(f"{group.lr:.4g}" for group in moment.settings)
        yield Alarm(
            kind="schedule",
            place=name,
            step=moment.step,
            found=f"{name} moved {seen['steps']} times in {seen['moved']} intervals between optimizer steps, by two or "
            f"more in {seen['jumps']} of them: it runs {seen['steps'] / seen['moved']:.3g} times too fast; learning "
            f"rate now {rates}",
            remedy="Call its step() once after an optimizer step (or once an epoch), not once a micro-batch, and not "
            "in two places.",
        )
