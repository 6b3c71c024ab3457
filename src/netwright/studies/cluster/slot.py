"""What runs on a node: one place where one job at a time runs, in a process of its own and under its limits."""

import os
import queue
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil

from netwright.machine.hardware import versions
from netwright.machine.isolation import Ended, Job, Note, run_isolated
from netwright.studies.cluster.carry import Changes, put
from netwright.studies.cluster.messages import About, Carried, Order, Said
from netwright.studies.cluster.node_folder import NodeFolder
from netwright.studies.cluster.payload import relocate
from netwright.studies.cluster.target import name_target, run_target
from netwright.studies.executors import PRELOAD

BEAT = 1.0
"""Seconds after which a slot answers though its job said nothing: how fresh the signs of life of a training are."""

BRING_EVERY = 2.0
"""Seconds between two times that a checkpoint is brought: so much work, and an epoch, is not yet safe."""

BRINGING = 0.1
"""Share of the time that bringing may take: where files travel slowly, they travel less often."""

_GRACE = 5.0


class Slot:
    """Runs one job after another on its node; becomes a Ray actor.

    Its own process stays small: what a job needs is imported by the server that its processes are forked from.

    Args:
        session: Id of the session that it belongs to.
        threads: Threads that a job may use.
    """

    def __init__(self, session: str, threads: int) -> None:
        self._ray: Any = import_module("ray")
        self._threads = threads
        self._id = str(self._ray.get_runtime_context().get_node_id())
        self._node = NodeFolder(session, self._id)
        # the job's process takes over this process's environment and working folder
        os.environ["NETWRIGHT_CACHE"] = str(self._node.path / "cache")
        work = self._node.path / "work"
        work.mkdir(exist_ok=True)
        os.chdir(work)
        self._code = ""
        self._said: queue.Queue[Note | Ended] = queue.Queue()
        self._folder = Path()
        self._changes = Changes(self._folder)
        self._hand = ThreadPoolExecutor(1)
        self._work: Future[None] | None = None
        self._spacing = BRING_EVERY
        self._answered = 0.0

    def about(self) -> About:
        """Return what the slot is."""
        return About(self._id, socket.gethostname(), versions()["netwright"])

    def begin(self, order: Order, contents: Mapping[str, Any], files: tuple[Carried, ...]) -> Said:
        """Start a job, and return what it says first.

        Args:
            order: The job.
            contents: Source of each shared file of the order -> Ray's reference to its content.
            files: The files of its folder.

        Returns:
            As `hear`.

        Raises:
            StorageError: The node's disk is full.
        """
        places: dict[str, str] = {}
        for shared in order.shared:
            there = self._node.bring(shared.place, partial(self._ray.get, contents[shared.source]))
            places |= {shared.name: str(there)} if shared.name else {}
        self._take_code(order.code)
        jobs = self._node.path / "jobs"
        jobs.mkdir(exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(dir=jobs))
        self._changes = Changes(self._folder)
        put(self._folder, files)
        self._changes.know(files)
        places |= {order.folder: str(self._folder)} if order.folder else {}
        told = name_target(order.target, relocate(order.payload, places))
        job = Job(order.name, run_target, told, order.limits)
        self._work = self._hand.submit(self._run, job)
        self._spacing, self._answered = BRING_EVERY, time.monotonic()
        return self.hear()

    def hear(self) -> Said:
        """Return what the job said since the last call, waiting for it a moment.

        Returns:
            Its notes and changed files; where it has ended, the ending last, and every changed file.
        """
        # whoever asks again has received the last answer, with its files
        self._spacing = max(self._spacing, (time.monotonic() - self._answered) / BRINGING)
        events: list[Note | Ended] = []
        try:
            heard = self._said.get(timeout=BEAT)
            while True:
                events.append(self._placed(heard) if isinstance(heard, Ended) else heard)
                heard = self._said.get_nowait()
        except queue.Empty:
            if not events and self._work is not None and self._work.done():
                # it did not even start: raises why
                self._work.result()
        ended = bool(events) and isinstance(events[-1], Ended)
        files = self._changes.take(spacing=0.0 if ended else self._spacing)
        if ended:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._answered = time.monotonic()
        return Said(tuple(events), files)

    def leave(self) -> None:
        """End what runs, and remove what is left on the node where no other slot is there any more."""
        for child in psutil.Process().children(recursive=True):
            child.kill()
        if self._work is not None:
            wait([self._work], _GRACE)
        self._node.leave()

    def _run(self, job: Job) -> None:
        for event in run_isolated([job], 1, self._threads, PRELOAD):
            self._said.put(event)

    def _placed(self, ended: Ended) -> Ended:
        # a path in a message is on this machine, not on the one where it is read
        folder = str(self._node.path)
        return replace(ended, detail=ended.detail.replace(folder, f"{socket.gethostname()}:{folder}"))

    def _take_code(self, place: str) -> None:
        wanted = str(self._node.path / place) if place else ""
        if wanted == self._code:
            return
        if self._code:
            sys.path.remove(self._code)
        if wanted:
            # last, so that nothing there hides an installed package
            sys.path.append(wanted)
        self._code = wanted
