"""The power that a piece of work draws, read from the machine's energy counters."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import psutil

from netwright.machine.hardware import cpu_seconds
from netwright.qualities.nvml import nvml_counters
from netwright.qualities.rapl import rapl_counters

SHORTEST = 0.05
"""Seconds of processor time below which a meter says nothing: the system counts in steps of 0.01."""


class EnergyCounter(Protocol):
    """Counts the energy that a part of the machine has used."""

    @property
    def name(self) -> str:
        """Which part, in words."""
        ...

    def read(self) -> int:
        """Return the state of the counter, for `joules_since`."""
        ...

    def joules_since(self, reading: int) -> float:
        """Return the energy used since an earlier reading."""
        ...


class Power(NamedTuple):
    """What a second of processor time draws.

    Args:
        watts: Joules a core-second.
        source: Where it was read.
    """

    watts: float
    source: str


class PowerMeter:
    """Reads energy counters when it is made; `power` says what a core-second of this process drew since.

    P = (joules of the processors) / (core-seconds of all processes) + (joules of the accelerator) / (core-seconds of
    this process). A processor's counter sees the whole machine, so its energy is shared out by processor time, and
    what idle cores draw is borne by the busy ones. An accelerator is taken to work for this process alone.

    Args:
        shared: Counters that see the work of all processes: processor packages and their memory.
        own: Counters that see this process's work alone: its accelerator.
        busy: Tells the processor time that all processes have used, in seconds.
        used: Tells the processor time that this process has used, in seconds.

    >>> PowerMeter(shared=()).power() is None
    True
    """

    def __init__(
        self,
        shared: Sequence[EnergyCounter],
        own: Sequence[EnergyCounter] = (),
        busy: Callable[[], float] | None = None,
        used: Callable[[], float] = cpu_seconds,
    ) -> None:
        self._shared = [(counter, counter.read()) for counter in shared]
        self._own = [(counter, counter.read()) for counter in own]
        self._clocks = busy or busy_seconds, used
        self._began = [clock() for clock in self._clocks]

    @property
    def counts(self) -> bool:
        """Whether there is any counter that it reads."""
        return bool(self._shared or self._own)

    def power(self) -> Power | None:
        """Return what a core-second of this process drew since the meter was made.

        Returns:
            The power; None where there is no counter, or too little was computed to tell.
        """
        busy, used = (clock() - began for clock, began in zip(self._clocks, self._began, strict=True))
        metered = [*self._shared, *self._own]
        if not self.counts or min(busy, used) < SHORTEST:
            return None
        watts = _joules(self._shared) / busy + _joules(self._own) / used
        return Power(watts, "energy counters of " + ", ".join(counter.name for counter, _ in metered))


def meter_for(device: str) -> PowerMeter:
    """Return a meter of what work on a device draws, started.

    Args:
        device: Kind of the torch device, such as `cpu` or `cuda`.

    Returns:
        The meter. It says nothing where the device's own counter cannot be read: part of the energy is no measurement.

    >>> meter_for("a device without a counter").power() is None
    True
    """
    if device == "cpu":
        return PowerMeter(rapl_counters())
    accelerator = nvml_counters() if device == "cuda" else ()
    return PowerMeter(rapl_counters() if accelerator else (), accelerator)


def busy_seconds() -> float:
    """Return the processor time that all processes of the machine have used since it started.

    >>> busy_seconds() >= 0
    True
    """
    times = psutil.cpu_times()
    # what guests use is counted in user and nice already
    names = ("user", "nice", "system", "irq", "softirq")
    return float(sum(getattr(times, name, 0.0) for name in names))


def _joules(metered: Sequence[tuple[EnergyCounter, int]]) -> float:
    return sum(counter.joules_since(reading) for counter, reading in metered)
