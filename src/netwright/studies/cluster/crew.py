"""The slots of a study on a cluster, seen from the process that speaks to Ray."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netwright.machine.hardware import versions
from netwright.records.errors import InputError
from netwright.studies.cluster.messages import About, Order
from netwright.studies.cluster.slot import Slot

WAIT_FOR_CPUS = 120.0
"""Seconds after which a cluster that gives not a single slot counts as busy; a node that died may come back in them."""

WAIT_FOR_THE_SAME = 10.0
"""Seconds after which another node is measured on than the last time: its conditions are recorded."""

_GOODBYE = 4.0


@dataclass
class Post:
    """A slot, and what it is doing.

    Args:
        actor: Ray's handle of it.
        answer: Ray's reference to what it will say next; None where nothing was asked.
        about: What it is; None as long as it is not ready.
        order: Its job; None where it is free.
        moves: Why the job was begun anew, once for each time.
        said: Notes that its job has said so far, over all its beginnings.
        held: Notes that are not handed on, because an earlier beginning has said them.
        since: When the job was begun here.
    """

    actor: Any
    answer: Any
    about: About | None = None
    order: Order | None = None
    moves: tuple[str, ...] = ()
    said: int = 0
    held: int = 0
    since: float = field(default_factory=time.monotonic)


class Crew:
    """Hires slots anywhere on the cluster, or one with a node to itself.

    Args:
        ray: The module, connected to a cluster.
        session: Id of this session.
        threads: CPUs of a slot.
    """

    def __init__(self, ray: Any, session: str, threads: int) -> None:
        self.ray = ray
        self._session = session
        self._threads = threads
        self._contents: dict[str, Any] = {}
        self._quiet_node = ""

    def capacity(self) -> int:
        """Return how many slots the cluster's living nodes have room for."""
        return sum(int(cpus // self._threads) for cpus in self._nodes().values())

    def hire(self) -> Post:
        """Ask for a slot on whichever node has room.

        Returns:
            The slot, not yet ready.
        """
        return self._post(num_cpus=self._threads, scheduling_strategy="SPREAD")

    def hire_alone(self) -> Post:
        """Wait for a slot that has all CPUs of its node: of the same node as the last time, where that can be.

        Returns:
            The slot, ready to say what it is.

        Raises:
            InputError: No node became free in time.
        """
        nodes = {node: cpus for node, cpus in self._nodes().items() if cpus >= self._threads}
        known = {node: cpus for node, cpus in nodes.items() if node == self._quiet_node}
        post = self._first_alone(known, WAIT_FOR_THE_SAME) or self._first_alone(nodes, WAIT_FOR_CPUS)
        if post is None:
            raise InputError(
                f"none of {len(nodes)} nodes of the Ray cluster was free of other work within {WAIT_FOR_CPUS:.0f} s, "
                "and latency is measured with nothing else running; repeat the command once one is: what was measured "
                "stands"
            )
        return post

    def welcome(self, post: Post, about: About) -> None:
        """Take a slot that is ready.

        Args:
            post: The slot.
            about: What it says of itself.

        Raises:
            InputError: Another version of netwright is installed there.
        """
        here = versions()["netwright"]
        if about.version != here:
            raise InputError(
                f"netwright {about.version} is installed on {about.host}, and {here} here; install the same everywhere"
            )
        post.about, post.answer = about, None

    def contents(self, order: Order) -> Mapping[str, Any]:
        """Return Ray's references to the shared files of an order; each file is put into the object store once.

        Args:
            order: The order.

        Returns:
            Source -> reference.
        """
        for shared in order.shared:
            if shared.source not in self._contents:
                self._contents[shared.source] = self.ray.put(Path(shared.source).read_bytes())
        return {shared.source: self._contents[shared.source] for shared in order.shared}

    def let_go(self, posts: list[Post]) -> None:
        """End slots and the jobs that run there; those that are ready clean up behind them.

        Args:
            posts: The slots.
        """
        there = [post for post in posts if post.about is not None or self._is_ready(post)]
        leaving = [post.actor.leave.remote() for post in there]
        if leaving:
            self.ray.wait(leaving, num_returns=len(leaving), timeout=_GOODBYE)
        for post in posts:
            self.dismiss(post)

    def dismiss(self, post: Post) -> None:
        """End a slot that may be gone already.

        Args:
            post: The slot.
        """
        with contextlib.suppress(self.ray.exceptions.RayError, ConnectionError):
            self.ray.kill(post.actor)

    def _post(self, **where: Any) -> Post:
        actor = self.ray.remote(Slot).options(max_restarts=0, **where).remote(self._session, self._threads)
        return Post(actor, actor.about.remote())

    def _first_alone(self, nodes: Mapping[str, float], patience: float) -> Post | None:
        """Ask for a whole node on each of some, and keep the first that is ready: one may be dead without a notice."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        asked = {}
        for node, cpus in nodes.items():
            strategy = NodeAffinitySchedulingStrategy(node, soft=False)
            asked[node] = self._post(num_cpus=cpus, scheduling_strategy=strategy)
        answers = {post.answer: node for node, post in asked.items()}
        ready, _ = self.ray.wait(list(answers), num_returns=1, timeout=patience) if answers else ([], [])
        self._quiet_node = answers[ready[0]] if ready else ""
        post = asked.pop(self._quiet_node, None)
        self.let_go(list(asked.values()))
        return post

    def _is_ready(self, post: Post) -> bool:
        ready, _ = self.ray.wait([post.answer], timeout=0)
        return bool(ready)

    def _nodes(self) -> dict[str, float]:
        return dict(self._alive())

    def _alive(self) -> Iterator[tuple[str, float]]:
        for node in self.ray.nodes():
            if node["Alive"]:
                yield node["NodeID"], float(node["Resources"].get("CPU", 0.0))
