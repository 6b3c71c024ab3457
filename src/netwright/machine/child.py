"""What runs inside the process of a job: set the limits, run the target, tell the parent how it ended."""

import os
import signal
import sys
import sysconfig
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import cast

from netwright.machine.fork_server import THREAD_VARIABLES
from netwright.machine.hardware import cpu_seconds, peak_memory
from netwright.machine.jobs import Ended, Note, Target
from netwright.machine.limits import die_with_parent, is_out_of_memory, memory_limit, reserved_memory
from netwright.records.errors import DivergedError, NetwrightError
from netwright.records.trial import Outcome
from netwright.records.units import format_quantity

_LONGEST = 1000


@dataclass(frozen=True)
class Order:
    """What a child is asked to do.

    Args:
        job: Name of the job.
        target: `module:function`.
        payload: The function's argument.
        memory: Bytes it may use beyond what it holds at its start.
        threads: Threads that numerical libraries may use.
        folder: The parent's working folder.
        environment: The parent's environment.
    """

    job: str
    target: str
    payload: str
    memory: float
    threads: int
    folder: str
    environment: dict[str, str]


@dataclass(frozen=True)
class Ready:
    """The first message of a child.

    Args:
        memory: Bytes that the bare process holds, before it looks for its target.
    """

    memory: float


def run_child(order: Order, pipe: Connection) -> None:
    """Run a job's target, send its notes and its ending through the pipe, and end this process.

    Args:
        order: What to do.
        pipe: The writing end of a pipe to the parent.
    """
    started = time.monotonic()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # a session of its own: what the job starts can be ended with it
    os.setsid()
    die_with_parent()
    _settle(order)
    pipe.send(Ready(reserved_memory()))
    with _Ending(order, pipe, started) as ending, memory_limit(order.memory):
        ending.result = _find(order.target)(order.payload, lambda text: pipe.send(Note(order.job, text)))
    sys.stdout.flush()
    sys.stderr.flush()
    # nothing is left to do, and threads that the job left behind must not delay the end
    os._exit(0)


class _Ending:
    """Sends how its block ended, whatever left it: this is where an exception of a job becomes an outcome."""

    def __init__(self, order: Order, pipe: Connection, started: float) -> None:
        self.result: object = None
        self._order = order
        self._pipe = pipe
        self._started = started

    def __enter__(self) -> "_Ending":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if error is not None:
            outcome, detail, name = outcome_of(error), describe(error), type(error).__name__
            if outcome is Outcome.OUT_OF_MEMORY:
                detail += f"; the limit is {format_quantity(self._order.memory, 'B')}"
        elif isinstance(self.result, str):
            outcome, detail, name = Outcome.OK, "", ""
        else:
            outcome, name = Outcome.CRASHED, "TypeError"
            detail = f"TypeError: the job returned {type(self.result).__name__}, not JSON text"
        result = self.result if outcome is Outcome.OK else None
        self._pipe.send(
            Ended(
                job=self._order.job,
                outcome=outcome,
                detail=detail,
                error=name,
                result=cast("str | None", result),
                seconds=time.monotonic() - self._started,
                cpu_seconds=cpu_seconds(),
                peak_memory=peak_memory(),
            )
        )
        return True


def outcome_of(error: BaseException) -> Outcome:
    """Return the outcome that an exception stands for.

    >>> str(outcome_of(DivergedError("the loss is nan"))), str(outcome_of(MemoryError())), str(outcome_of(KeyError(1)))
    ('diverged', 'out_of_memory', 'crashed')
    """
    if isinstance(error, DivergedError):
        return Outcome.DIVERGED
    return Outcome.OUT_OF_MEMORY if is_out_of_memory(error) else Outcome.CRASHED


def describe(error: BaseException) -> str:
    """Return an exception as `Type: message (file.py:line)`; one of ours as its message, which names the place itself.

    The place is the innermost one outside installed packages and the standard library, where there is one: that is
    the line its author can change.

    >>> try:
    ...     {}["absent"]
    ... except KeyError as error:
    ...     describe(error)
    "KeyError: 'absent' (<doctest netwright.machine.child.describe[0]>:2)"
    """
    if isinstance(error, NetwrightError):
        return str(error)
    # not str(error): an exception may fail even at that
    told = "".join(traceback.format_exception_only(error))
    message = told.partition(": ")[2].strip()[:_LONGEST]
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    # an import that fails ends in frames of the import system
    frames = traceback.StackSummary.from_list([f for f in frames if not f.filename.startswith("<frozen")])
    installed = tuple(sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib"))
    own = [frame for frame in frames if not frame.filename.startswith(installed)] or list(frames)
    # the frames of this file only lead to the job
    place = next((frame for frame in reversed(own) if frame.filename != __file__), None)
    return f"{text} ({Path(place.filename).name}:{place.lineno})" if place else text


def _settle(order: Order) -> None:
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    # for libraries that the job loads; those that the server loaded have one thread, until told otherwise
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(order.threads)))
    if "torch" in sys.modules:
        set_threads: Callable[[int], None] = sys.modules["torch"].set_num_threads
        set_threads(order.threads)


def _find(target: str) -> Target:
    module, _, name = target.partition(":")
    return cast("Target", getattr(import_module(module), name))
