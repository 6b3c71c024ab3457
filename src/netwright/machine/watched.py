"""The process of a job as its parent sees it: what it says, what it uses, how it ends."""

import contextlib
import os
import signal
import sys
import time
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from netwright.machine.child import Order, Ready, run_child
from netwright.machine.fork_server import CONTEXT, hidden_main
from netwright.machine.jobs import Ended, Job, Note
from netwright.machine.limits import touched_memory
from netwright.records.errors import InputError
from netwright.records.trial import Outcome
from netwright.records.units import format_quantity

LOOK_EVERY = 0.05
"""Seconds between two looks at what a process uses."""

_GRACE = 5.0
_AT_ONCE = 256


class Watched:
    """A started job; `events` hands out what it said since the last call.

    Args:
        job: The job.
        threads: Threads it may use.
    """

    def __init__(self, job: Job, threads: int) -> None:
        self._job = job
        order = Order(
            job=job.name,
            target=_address(job),
            payload=job.payload,
            memory=job.limits.memory,
            threads=threads,
            folder=str(Path.cwd()),
            environment=dict(os.environ),
        )
        self._pipe, theirs = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(target=run_child, args=(order, theirs), name=job.name, daemon=True)
        with hidden_main():
            self._process.start()
        theirs.close()
        self._started = time.monotonic()
        self._looked = self._started
        self._bare_memory: float | None = None
        self._peak_memory = 0.0
        self._cpu_seconds = 0.0
        self._silent = False
        self._closed = False

    def handles(self) -> tuple[Connection, int]:
        """Return what becomes ready when the job speaks or ends, for `multiprocessing.connection.wait`."""
        return self._pipe, self._process.sentinel

    def events(self) -> list[Note | Ended]:
        """Return the notes that have arrived, and the ending where there is one; an ending is the last event.

        Returns:
            Notes in their order, then at most one ending; after an ending, the process is gone.
        """
        # asked before the pipe is read: what a dead process said is then all there
        dead = self._process.exitcode is not None
        heard = self._hear(inf if dead else _AT_ONCE)
        if heard and isinstance(heard[-1], Ended):
            self._close()
            return heard
        if dead or self._silent:
            ending = self._crashed()
        elif (broken := self._over_a_limit()) is not None:
            self._end()
            ending = broken
            heard += self._hear(inf)
        else:
            return heard
        self._end()
        self._close()
        # it may have ended well in the moment before it was killed
        return heard if heard and isinstance(heard[-1], Ended) else [*heard, ending]

    def kill(self) -> None:
        """End the process, and what it started, at once; safe to call when it has ended."""
        if not self._closed:
            self._end()
            self._close()

    def _hear(self, most: float) -> list[Note | Ended]:
        heard: list[Note | Ended] = []
        try:
            while len(heard) < most and self._pipe.poll():
                message = self._pipe.recv()
                if isinstance(message, Ready):
                    self._bare_memory = message.memory
                    continue
                heard.append(self._in_time(message) if isinstance(message, Ended) else message)
                if isinstance(message, Ended):
                    break
        except (EOFError, OSError):
            # the process closed its end, or died while it spoke
            self._silent = True
            self._process.join(_GRACE)
        return heard

    def _end(self) -> None:
        if self._process.exitcode is None:
            # before the child has a group of its own there is none of that number
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._identity(), signal.SIGKILL)
            self._process.kill()
            self._process.join()

    def _close(self) -> None:
        self._process.join(_GRACE)
        self._end()
        self._process.close()
        self._pipe.close()
        self._closed = True

    def _identity(self) -> int:
        identity = self._process.pid
        if identity is None:
            raise RuntimeError(f"the process of {self._job.name} was never started")
        return identity

    def _in_time(self, ending: Ended) -> Ended:
        # whoever reads endings late must not thereby grant more time
        if ending.outcome is not Outcome.OK or ending.seconds <= self._job.limits.time:
            return ending
        return self._ended(Outcome.TIMEOUT, _overtime(ending.seconds, self._job), ending)

    def _over_a_limit(self) -> Ended | None:
        now = time.monotonic()
        if now - self._started > self._job.limits.time:
            self._look()
            return self._ended(Outcome.TIMEOUT, _overtime(now - self._started, self._job))
        if now - self._looked < LOOK_EVERY:
            return None
        self._looked = now
        self._look()
        grown = touched_memory(self._identity()) - (self._bare_memory or 0.0)
        if self._bare_memory is None or grown <= self._job.limits.memory:
            return None
        used, allowed = (format_quantity(size, "B") for size in (grown, self._job.limits.memory))
        return self._ended(Outcome.OUT_OF_MEMORY, f"used {used} of memory; the limit is {allowed}")

    def _look(self) -> None:
        try:
            seen = psutil.Process(self._identity())
            with seen.oneshot():
                resident, times = float(seen.memory_info().rss), seen.cpu_times()
        except psutil.Error:
            # it has just ended; the next call says how
            return
        self._peak_memory = max(self._peak_memory, resident)
        self._cpu_seconds = times.user + times.system

    def _crashed(self) -> Ended:
        code = self._process.exitcode
        if code is None:
            detail = "closed its connection to the study and went on"
        elif code < 0:
            detail = f"killed by {_signal_name(-code)}"
            detail += " (perhaps the kernel's out-of-memory killer)" if -code == signal.SIGKILL else ""
        else:
            detail = f"ended with exit code {code} before it returned a result"
        return self._ended(Outcome.CRASHED, detail)

    def _ended(self, outcome: Outcome, detail: str, seen: Ended | None = None) -> Ended:
        return Ended(
            job=self._job.name,
            outcome=outcome,
            detail=detail,
            error="",
            result=None,
            seconds=seen.seconds if seen else time.monotonic() - self._started,
            cpu_seconds=seen.cpu_seconds if seen else self._cpu_seconds,
            peak_memory=seen.peak_memory if seen else self._peak_memory,
        )


def _address(job: Job) -> str:
    module, name = job.target.__module__, job.target.__qualname__
    if module == "__main__" or getattr(sys.modules.get(module), name, None) is not job.target:
        raise InputError(
            f"job {job.name}: its target {name} of {module} cannot be found from another process; "
            "define it at the top level of a module that can be imported"
        )
    return f"{module}:{name}"


def _overtime(seconds: float, job: Job) -> str:
    return f"ran {format_quantity(seconds, 's')}; the limit is {format_quantity(job.limits.time, 's')}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
