"""How loaded the machine is while something runs: processor, memory, swap, waiting, temperature."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import getpagesize
from statistics import fmean
from threading import Event, Thread
from typing import TypeVar

import psutil

from netwright.machine.hardware import usable_cores
from netwright.records.load import Load

PRESSURE = Path("/proc/pressure")
"""Where Linux tells how long processes waited (PSI, since 4.20)."""
VMSTAT = Path("/proc/vmstat")
"""Where Linux counts the pages that went to swap."""

T = TypeVar("T")


@dataclass(frozen=True)
class Sample:
    """The machine at one moment.

    Args:
        moment: Seconds from any origin.
        load: Processes that run or wait to run, over about a minute (getloadavg(3)), divided by the cores.
        memory_free: Bytes available to new work.
        swapped: Bytes written to swap since the machine started.
        memory_stall: Seconds since the start in which some process waited for memory; None where nothing tells.
        cpu_stall: The same for a processor.
        temperature: The hottest sensor, in degrees Celsius; None where there is none.
        frequency: Mean processor frequency, in Hz; None where nothing tells.
    """

    moment: float
    load: float
    memory_free: float
    swapped: float
    memory_stall: float | None
    cpu_stall: float | None
    temperature: float | None
    frequency: float | None


Look = Callable[[], Sample]


class LoadWatch:
    """The samples of a watch; `record` sums them up once it has ended.

    Args:
        look: Takes a sample; called once at the start.
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._samples = [look()]

    def look(self) -> None:
        """Take a sample."""
        self._samples.append(self._look())

    def record(self) -> Load:
        """Return what was seen.

        Returns:
            Means, extremes, and shares of the time between the first sample and the last.
        """
        first, last = self._samples[0], self._samples[-1]
        seconds = last.moment - first.moment
        loads = [sample.load for sample in self._samples]
        hot = [sample.temperature for sample in self._samples if sample.temperature is not None]
        pace = [sample.frequency for sample in self._samples if sample.frequency is not None]
        return Load(
            samples=len(self._samples),
            seconds=seconds,
            load=fmean(loads),
            load_peak=max(loads),
            memory_free=min(sample.memory_free for sample in self._samples),
            swapped=last.swapped - first.swapped,
            memory_stall=_share(first.memory_stall, last.memory_stall, seconds),
            cpu_stall=_share(first.cpu_stall, last.cpu_stall, seconds),
            temperature=max(hot, default=None),
            frequency=fmean(pace) if pace else None,
        )


@contextmanager
def watch_load(every: float = 1.0, look: Look | None = None) -> Iterator[LoadWatch]:
    """Look at the machine at equal distances of time while a block runs, and at its two ends.

    A daemon thread looks; one look takes about half a millisecond, so once a second is 0.06% of a core (measured on a
    machine of two cores; it grows with the number of cores and sensors).

    Args:
        every: Seconds between two looks.
        look: What takes a sample; this machine's sensors if not given.

    Yields:
        The watch, whose `record` is complete after the block.

    Source: Linux, Documentation/accounting/psi.rst, for the stalls; proc_vmstat(5) for swap.

    >>> with watch_load() as seen:
    ...     pass
    >>> seen.record().samples
    2
    """
    watch, over = LoadWatch(look or sample_machine), Event()

    def run() -> None:
        while not over.wait(every):
            watch.look()

    thread = Thread(target=run, name="netwright-load", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()
        watch.look()


def sample_machine() -> Sample:
    """Return this machine's state now; a sensor that it lacks is None.

    >>> sample_machine().memory_free > 0
    True
    """
    return Sample(
        moment=time.monotonic(),
        load=os.getloadavg()[0] / usable_cores(),
        memory_free=float(psutil.virtual_memory().available),
        swapped=_swapped(),
        memory_stall=_if_told(lambda: _stall("memory")),
        cpu_stall=_if_told(lambda: _stall("cpu")),
        temperature=_if_told(_hottest),
        frequency=_if_told(_frequency),
    )


def _if_told(read: Callable[[], T | None]) -> T | None:
    # what the readers meet where a file or a sensor is missing, closed to this user, or garbled
    try:
        return read()
    except (OSError, psutil.Error, NotImplementedError, AttributeError, ValueError):
        return None


def _stall(what: str) -> float | None:
    lines = (PRESSURE / what).read_text(encoding="ascii").splitlines()
    some = next((line for line in lines if line.startswith("some")), "")
    total = some.partition("total=")[2]
    return int(total) / 1e6 if total else None


def _swapped() -> float:
    if not sys.platform.startswith("linux"):
        return float(psutil.swap_memory().sout)
    # psutil warns where this file is missing, and no thread can safely hold a warning back
    pages = _if_told(
        lambda: next((line.split()[1] for line in VMSTAT.read_text().splitlines() if line.startswith("pswpout ")), None)
    )
    return float(pages or 0) * getpagesize()


def _hottest() -> float | None:
    # only some systems have this function
    groups = psutil.sensors_temperatures().values()
    return max((sensor.current for group in groups for sensor in group if sensor.current), default=None)


def _frequency() -> float | None:
    told = psutil.cpu_freq()
    return told.current * 1e6 if told and told.current else None


def _share(before: float | None, after: float | None, seconds: float) -> float | None:
    if before is None or after is None or seconds <= 0:
        return None
    return min(max(after - before, 0.0) / seconds, 1.0)
