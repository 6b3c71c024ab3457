"""How often a training is read, and how often it is looked at closely."""

from dataclasses import dataclass

from netwright.records.errors import InputError


@dataclass(frozen=True)
class Rhythm:
    """The steps at which charges are measured, and those of them that are accounted for.

    Args:
        every: Optimizer steps between readings, at least 1.
        closely: Every how many-th reading is a close look, which costs some five readings: what changed the charges in
            that step, whether symmetries hold, alarms that depend on it.

    Raises:
        InputError: One of them is below 1.

    >>> rhythm = Rhythm(every=10, closely=5)
    >>> [step for step in range(1, 101) if rhythm.looks(step)], rhythm.reads(20), rhythm.reads(21)
    ([1, 50, 100], True, False)
    """

    every: int
    closely: int

    def __post_init__(self) -> None:
        for name, meaning in (("every", "the steps between readings"), ("closely", "the readings between close looks")):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}. Give at least 1: {meaning}.")

    def reads(self, step: int) -> bool:
        """Return whether charges are measured after a step, counted from 1."""
        return step == 1 or step % self.every == 0

    def looks(self, step: int) -> bool:
        """Return whether a step is looked at closely."""
        return step == 1 or step % (self.every * self.closely) == 0
