"""What travels between a study, the process that speaks to Ray, and the nodes: plain facts and bytes."""

from dataclasses import dataclass

from netwright.machine.jobs import Ended, Note
from netwright.records.scenario import Limits


@dataclass(frozen=True)
class Shared:
    """A file that is brought to each node once, whoever needs it there.

    Args:
        source: Where it lies on the study's machine.
        place: Where it belongs below the node's folder.
        name: What a payload calls it; where it does, it reads the node's path. Empty where none does.
    """

    source: str
    place: str
    name: str = ""


@dataclass(frozen=True)
class Carried:
    """A file on its way from one folder to another.

    Args:
        name: Its path below the folder.
        content: Its bytes.
        changed: When it was changed last, in nanoseconds: attempts at a training are counted by it.
    """

    name: str
    content: bytes
    changed: int


@dataclass(frozen=True)
class Order:
    """A job as it is sent to a node.

    Args:
        name: Name of the job.
        target: `module:function`.
        payload: The function's argument, JSON text.
        limits: What it may use.
        folder: The folder whose files it reads and leaves, on the study's machine; empty where there is none.
        shared: Files that it reads.
        code: Place of the user's own code among them; empty where there is none.
    """

    name: str
    target: str
    payload: str
    limits: Limits
    folder: str = ""
    shared: tuple[Shared, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Said:
    """What a slot has to tell.

    Args:
        events: Notes of its job, and its ending where it has one, in order.
        files: Files of the job's folder that have changed since the last time.
    """

    events: tuple[Note | Ended, ...]
    files: tuple[Carried, ...] = ()


@dataclass(frozen=True)
class About:
    """What a slot says of itself when it is ready.

    Args:
        node: Ray's id of its node.
        host: Name of the machine.
        version: Version of netwright there.
    """

    node: str
    host: str
    version: str


@dataclass(frozen=True)
class Connected:
    """The cluster was reached.

    Args:
        slots: How many jobs can run at once: the sum over the nodes of their CPUs // threads of a job.
    """

    slots: int


@dataclass(frozen=True)
class Run:
    """Run jobs, as many at once as there are slots."""


@dataclass(frozen=True)
class RunAlone:
    """Run jobs one after another on one node, with nothing else running there."""


@dataclass(frozen=True)
class Wanted:
    """A slot is free: the next job is wanted, or None where there is none now."""


@dataclass(frozen=True)
class Done:
    """Every job has ended."""


@dataclass(frozen=True)
class Failed:
    """The cluster cannot be used, or not any more.

    Args:
        kind: Name of the error's class in `netwright.records.errors`.
        reason: Its message.
    """

    kind: str
    reason: str
