"""An executor whose jobs run on the nodes of an existing Ray cluster."""

import hashlib
import shutil
import sys
import tempfile
import uuid
import weakref
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from netwright.machine.fork_server import hidden_main
from netwright.machine.isolation import Ended, Job, Note
from netwright.records import errors
from netwright.records.errors import InputError, MissingExtraError
from netwright.studies.cluster.address import check_reachable, resolve, unreachable
from netwright.studies.cluster.bridge import Route, serve
from netwright.studies.cluster.messages import Connected, Done, Failed, Order, Run, RunAlone, Shared, Wanted
from netwright.studies.cluster.user_code import pack_code

CONNECT_WITHIN = 12.0
"""Seconds in which a cluster must take part, after something answered at its address."""

ATTEMPTS = 2
"""How often that is tried: now and then Ray's client server fails to start what a client needs, and lets it wait."""

_GOODBYE = 10.0
_SPAWN = get_context("spawn")


class RayExecutor:
    """Runs jobs on the nodes of a Ray cluster that runs already, each in a process of its own and under its limits.

    What a job reads travels to its node and what it leaves travels back; no folder has to be shared. A job whose node
    dies begins anew on another one, from what had come back.

    Args:
        address: `auto` (the cluster of this machine), `ray://HOST:PORT` (from anywhere), or `HOST:PORT` (from a node).
        threads: Threads and CPUs of a job.
        workers: Jobs at once; None is what the cluster has room for when this is made.

    Raises:
        MissingExtraError: Ray is not installed.
        InputError: No cluster answers at the address; told within `ANSWER_WITHIN`, and where somebody listens there,
            within `ATTEMPTS * CONNECT_WITHIN` seconds.
    """

    def __init__(self, address: str = "auto", threads: int = 1, workers: int | None = None) -> None:
        if find_spec("ray") is None:
            raise MissingExtraError("running on a Ray cluster", "cluster")
        self.threads = threads
        self._address = resolve(address)
        self._workers = workers
        self._folder = Path(tempfile.mkdtemp(prefix="netwright-cluster-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._session = uuid.uuid4().hex[:12]
        self._bridge: _Bridge | None = self._connect()
        self.workers = self._bridge.slots

    def run(self, jobs: Iterable[Job]) -> Iterator[Note | Ended]:
        """Run jobs, as many at once as there are workers."""
        return self._run(jobs, Run())

    def run_alone(self, jobs: Iterable[Job]) -> Iterator[Note | Ended]:
        """Run jobs one after another on one node, with nothing else running there."""
        return self._run(jobs, RunAlone())

    def close(self) -> None:
        """Leave the cluster: what runs there ends, and nothing stays on the nodes. Leaving happens at exit, too."""
        if self._bridge is not None:
            self._bridge.close()
            self._bridge = None

    def _connect(self) -> "_Bridge":
        check_reachable(self._address)
        route = Route(self._address, self._session, self._workers, self.threads, str(self._folder / "ray.log"))
        for _ in range(ATTEMPTS):
            bridge = _Bridge(route)
            if bridge.connects():
                return bridge
            bridge.close()
        waited = ATTEMPTS * CONNECT_WITHIN
        raise InputError(unreachable(self._address, f"no answer within {waited:.0f} s"))

    def _run(self, jobs: Iterable[Job], way: Run | RunAlone) -> Iterator[Note | Ended]:
        self._bridge = bridge = self._bridge or self._connect()
        code = self._code()
        waiting = iter(jobs)
        bridge.send(way)
        finished = False
        try:
            while True:
                match message := bridge.hear():
                    case Wanted():
                        job = next(waiting, None)
                        bridge.send(None if job is None else self._order(job, code))
                    case Note() | Ended():
                        yield message
                    case Done():
                        finished = True
                        return
        finally:
            # whatever ended it early, the jobs on the cluster end too
            if not finished:
                self.close()

    def _order(self, job: Job, code: Shared | None) -> Order:
        files = [Shared(str(Path(name).resolve()), _place_of(name), name) for name in job.reads]
        return Order(
            name=job.name,
            target=f"{job.target.__module__}:{job.target.__qualname__}",
            payload=job.payload,
            limits=job.limits,
            folder=job.folder,
            shared=(*((code,) if code else ()), *(self._data(job.data) if job.data else ()), *files),
            code=code.place if code else "",
        )

    def _data(self, name: str) -> tuple[Shared, Shared]:
        from netwright.studies.data_at_hand import data_place, note_place, pack

        note = self._folder / note_place(name)
        source = note.with_suffix(".source")
        if not note.exists():
            arrays, told = pack(name)
            note.parent.mkdir(exist_ok=True)
            source.write_text(str(arrays))
            note.write_bytes(told)
        return Shared(source.read_text(), f"cache/{data_place(name)}"), Shared(str(note), f"cache/{note_place(name)}")

    def _code(self) -> Shared | None:
        content = pack_code(sys.path)
        if not content:
            return None
        name = f"code-{hashlib.sha256(content).hexdigest()[:16]}.zip"
        file = self._folder / name
        file.write_bytes(content)
        return Shared(str(file), name)


class _Bridge:
    """The process that speaks to Ray, seen from the study."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._pipe, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=serve, args=(route, theirs), name="netwright to Ray", daemon=True)
        with hidden_main():
            process.start()
        theirs.close()
        # also when the interpreter ends, or nobody holds this any more
        self._end = weakref.finalize(self, _end, process, self._pipe)
        self.slots = 0

    def connects(self) -> bool:
        """Return whether the cluster takes part in time; then `slots` is known. What it refuses is raised."""
        if not self._pipe.poll(CONNECT_WITHIN):
            return False
        connected: Connected = self.hear()
        self.slots = connected.slots
        return True

    def send(self, message: object) -> None:
        """Send a message."""
        self._pipe.send(message)

    def hear(self) -> Any:
        """Return the next message; what failed there is raised here."""
        try:
            message = self._pipe.recv()
        except (EOFError, ConnectionResetError) as error:
            self._end()
            raise InputError(
                f"the Ray cluster at {self._route.address} went away{self._last_words()}; what was measured stands: "
                "once it is back, the same command resumes"
            ) from error
        if isinstance(message, Failed):
            self._end()
            kind: type[errors.NetwrightError] = getattr(errors, message.kind)
            raise kind(message.reason)
        return message

    def close(self) -> None:
        """Leave the cluster and end the process."""
        self._end()

    def _last_words(self) -> str:
        lines = Path(self._route.log).read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f" ({last[:300]})" if last else ""


def _end(process: SpawnProcess, pipe: Connection) -> None:
    # the pipe is closed last: the process must not learn in two ways at once that it is to end
    process.terminate()
    process.join(_GOODBYE)
    process.kill()
    process.join()
    process.close()
    pipe.close()


def _place_of(name: str) -> str:
    return f"reads/{hashlib.sha256(name.encode()).hexdigest()[:16]}/{Path(name).name}"
