"""A job for a process of its own, what it says while it runs, and how it ends."""

from collections.abc import Callable
from dataclasses import dataclass

from netwright.records.scenario import Limits
from netwright.records.trial import Outcome

Target = Callable[[str, Callable[[str], None]], str]
"""A top-level function: takes JSON text and a function that tells the parent a line; returns JSON text."""


@dataclass(frozen=True)
class Job:
    """A function to run in a process of its own.

    Args:
        name: What it is called in notes and endings.
        target: A function at the top level of a module that can be imported.
        payload: Its argument, JSON text.
        limits: What it may use: seconds of wall time; bytes beyond what the bare process holds at its start.
        folder: The folder whose files it reads and leaves; what runs it elsewhere must take them there and back.
        data: Name of the data set that it loads, empty where it loads none; likewise.
        reads: Other files that it reads, as its payload writes them; likewise.
    """

    name: str
    target: Target
    payload: str
    limits: Limits
    folder: str = ""
    data: str = ""
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """Something that a running job said.

    Args:
        job: Name of the job.
        text: What it passed to `tell`.
    """

    job: str
    text: str


@dataclass(frozen=True)
class Ended:
    """How a job ended.

    Args:
        job: Name of the job.
        outcome: ok, or why not.
        detail: Why, in words; empty where it ended well.
        error: Class name of the exception; empty where there was none.
        result: What the target returned; None where it did not end well.
        seconds: Wall time from the start of its process.
        cpu_seconds: Processor time of its process, all threads.
        peak_memory: Peak resident memory of its process in bytes, with the interpreter and preloaded modules.
        moved: Why it was begun anew elsewhere, once for each time that the machine it ran on was lost.
    """

    job: str
    outcome: Outcome
    detail: str
    error: str
    result: str | None
    seconds: float
    cpu_seconds: float
    peak_memory: float
    moved: tuple[str, ...] = ()


def echo(payload: str, tell: Callable[[str], None]) -> str:
    """Tell the payload and return it: the smallest target, for examples and tests.

    Args:
        payload: Any text.
        tell: Takes a line for the parent.

    Returns:
        The payload.

    >>> echo("1", print)
    1
    '1'
    """
    tell(payload)
    return payload
