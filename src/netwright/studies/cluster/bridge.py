"""The process between a study and Ray.

Ray runs in a process of its own: there its messages go to a file and not to the user's terminal, a connection that
hangs can be ended, and Ray's way to give up (it ends its process) leaves the study alive.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from netwright.records.errors import InputError, NetwrightError
from netwright.studies.cluster.address import unreachable
from netwright.studies.cluster.crew import Crew
from netwright.studies.cluster.dispatch import Dispatch
from netwright.studies.cluster.messages import Connected, Done, Failed, Order, Run, RunAlone, Wanted


@dataclass(frozen=True)
class Route:
    """Where to and for what a bridge is built.

    Args:
        address: As `ray.init` takes it.
        session: Id of the session.
        workers: Slots; None is as many as there is room for.
        threads: CPUs of a slot.
        log: File that Ray's messages go to.
    """

    address: str
    session: str
    workers: int | None
    threads: int
    log: str


def serve(route: Route, pipe: Connection) -> None:
    """Connect to a cluster and run jobs there until the other end of the pipe is closed.

    Args:
        route: Where to.
        pipe: To the study.
    """
    # Ctrl-C on the terminal is for the study, which then ends this process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _quieten(route.log)
    ray = import_module("ray")
    with _told(ray, route, pipe):
        init: Callable[..., Any] = ray.init
        init(address=route.address, log_to_driver=False, logging_level="ERROR", namespace="netwright")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            _serve(ray, route, pipe)
        finally:
            ray.shutdown()


def _serve(ray: Any, route: Route, pipe: Connection) -> None:
    crew = Crew(ray, route.session, route.threads)
    count = route.workers or crew.capacity()
    if not count:
        raise InputError(
            f"no node of the Ray cluster at {route.address} has {route.threads} CPUs; start one with "
            f"ray start --address=HEAD --num-cpus={route.threads}, or use fewer threads"
        )
    pipe.send(Connected(count))
    talk = _Talk(pipe)
    anywhere = Dispatch(crew, crew.hire, count, talk.take, talk.look)
    alone = Dispatch(crew, crew.hire_alone, 1, talk.take, talk.look)
    try:
        while True:
            match pipe.recv():
                case Run():
                    talk.tell_all(anywhere)
                case RunAlone():
                    anywhere.close()
                    talk.tell_all(alone)
                    alone.close()
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        anywhere.close()
        alone.close()


class _Talk:
    """What the two ends of the pipe say to each other while jobs run."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def tell_all(self, dispatch: Dispatch) -> None:
        """Run jobs, and send what they say."""
        for event in dispatch.run():
            self._pipe.send(event)
        self._pipe.send(Done())

    def take(self) -> Order | None:
        """Ask for the next job."""
        self._pipe.send(Wanted())
        order: Order | None = self._pipe.recv()
        return order

    def look(self) -> None:
        """Raise where the other end is closed: nothing is sent unasked."""
        if self._pipe.poll():
            raise EOFError


@contextmanager
def _told(ray: Any, route: Route, pipe: Connection) -> Iterator[None]:
    """Send what ends the block, where the other end can still hear it."""
    try:
        yield
    except (EOFError, BrokenPipeError):
        # nobody listens any more
        return
    except NetwrightError as error:
        pipe.send(Failed(type(error).__name__, str(error)))
    except (ray.exceptions.RayError, ConnectionError, RuntimeError, ValueError) as error:
        told = " ".join(str(error).split())[:500] or type(error).__name__
        pipe.send(Failed("InputError", unreachable(route.address, told)))


def _quieten(log: str) -> None:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
