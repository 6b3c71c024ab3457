"""Jobs out to the slots of a cluster, and what they say back; a job whose slot is lost begins anew on another one."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from netwright.machine.jobs import Ended, Note
from netwright.records.errors import InputError, NetwrightError
from netwright.records.trial import Outcome
from netwright.studies.cluster.carry import Changes, put
from netwright.studies.cluster.crew import WAIT_FOR_CPUS, Crew, Post
from netwright.studies.cluster.messages import Order, Said

MOST_LOSSES = 5
"""How often a job may lose its slot before it is taken for the cause."""

LOOK_EVERY = 1.0
LEAST_SECONDS = 1.0


@dataclass(frozen=True)
class _Waiting:
    """A job that waits for a slot.

    Args:
        order: The job, with the time that it has left.
        moves: Why it was begun anew, once for each time.
        said: Notes that it has said.
    """

    order: Order
    moves: tuple[str, ...] = ()
    said: int = 0


class Dispatch:
    """Hands out jobs to slots until there are none.

    Args:
        crew: Where slots come from.
        hire: Asks for one slot.
        count: How many there shall be.
        take: Returns the next job, None where there is none now; asked when a slot is free, and again after an ending.
        look: Called about once a second; raises where nobody listens any more.
    """

    def __init__(
        self,
        crew: Crew,
        hire: Callable[[], Post],
        count: int,
        take: Callable[[], Order | None],
        look: Callable[[], None],
    ) -> None:
        self._crew = crew
        self._hire = hire
        self._count = count
        self._take = take
        self._look = look
        self._posts: list[Post] = []
        self._lost: list[_Waiting] = []
        self._more = True
        self._failed_starts = 0
        self._alive = time.monotonic()

    def run(self) -> Iterator[Note | Ended]:
        """Run jobs until none is left.

        Yields:
            A note for every line that a job tells, and one ending for every job.

        Raises:
            InputError: The cluster gives no slot, or nodes lack what jobs need.
        """
        self._posts += [self._hire() for _ in range(self._count - len(self._posts))]
        self._alive = time.monotonic()
        self._more = True
        while True:
            self._hand_out()
            if not (self._more or self._lost or any(post.order for post in self._posts)):
                return
            for post in self._answered():
                for event in self._heard(post):
                    # an ending may bring a job back
                    self._more = self._more or isinstance(event, Ended)
                    yield event
            self._check_life()

    def close(self) -> None:
        """End all slots, and what runs there."""
        self._crew.let_go(self._posts)
        self._posts = []

    def _hand_out(self) -> None:
        """Give free slots something to do: what lost its slot first."""
        for post in self._posts:
            if post.about is None or post.order is not None:
                continue
            if self._lost:
                self._begin(post, self._lost.pop(0))
            elif self._more:
                order = self._take()
                self._more = order is not None
                if order is not None:
                    self._begin(post, _Waiting(order))

    def _begin(self, post: Post, job: _Waiting) -> None:
        order = job.order
        files = Changes(Path(order.folder)).take() if order.folder else ()
        post.order, post.since = order, time.monotonic()
        post.moves, post.said, post.held = job.moves, job.said, job.said
        post.answer = post.actor.begin.remote(order, self._crew.contents(order), files)

    def _answered(self) -> list[Post]:
        self._look()
        waiting = {post.answer: post for post in self._posts if post.answer is not None}
        if not waiting:
            return []
        ready, _ = self._crew.ray.wait(list(waiting), num_returns=1, timeout=LOOK_EVERY)
        return [waiting[answer] for answer in ready]

    def _heard(self, post: Post) -> Iterator[Note | Ended]:
        errors = self._crew.ray.exceptions
        try:
            answer = self._crew.ray.get(post.answer)
        except errors.RayTaskError as error:
            raise _cause(error) from error
        except (errors.RayActorError, errors.ActorUnschedulableError, errors.ObjectLostError) as error:
            yield from self._lose(post, str(error))
            return
        self._alive, self._failed_starts = time.monotonic(), 0
        if post.order is None:
            self._crew.welcome(post, answer)
        else:
            yield from self._events(post, post.order, answer)

    def _events(self, post: Post, order: Order, said: Said) -> Iterator[Note | Ended]:
        # first the files: who hears of an epoch finds its checkpoint
        put(Path(order.folder), said.files)
        ended = bool(said.events) and isinstance(said.events[-1], Ended)
        if ended:
            post.order, post.answer = None, None
        else:
            post.answer = post.actor.hear.remote()
        for event in said.events:
            if isinstance(event, Ended):
                yield replace(event, moved=post.moves)
            elif post.held:
                post.held -= 1
            else:
                post.said += 1
                yield event

    def _lose(self, post: Post, reason: str) -> Iterator[Ended]:
        self._posts.remove(post)
        self._crew.dismiss(post)
        if post.about is None:
            self._failed_starts += 1
            if self._failed_starts >= MOST_LOSSES:
                raise InputError(_no_start(reason))
        if post.order is not None:
            place = post.about.host if post.about else "its node"
            moves = (*post.moves, f"{place} was lost: {_first_line(reason)}")
            if len(moves) < MOST_LOSSES:
                self._lost.append(_Waiting(_shortened(post), moves, post.said))
            else:
                yield _gave_up(post.order, moves)
        self._posts.append(self._hire())

    def _check_life(self) -> None:
        waited = time.monotonic() - self._alive
        if waited > WAIT_FOR_CPUS and not any(post.about for post in self._posts):
            raise InputError(
                f"the Ray cluster gave no slot within {waited:.0f} s: its CPUs are taken, or its nodes are gone "
                "(`ray status` tells); repeat the command once there is room: what was measured stands"
            )


def _shortened(post: Post) -> Order:
    assert post.order is not None
    limits = post.order.limits
    left = max(limits.time - (time.monotonic() - post.since), LEAST_SECONDS)
    return replace(post.order, limits=limits.model_copy(update={"time": left}))


def _gave_up(order: Order, moves: tuple[str, ...]) -> Ended:
    detail = f"lost its node {len(moves)} times, the last time: {moves[-1]}"
    return Ended(order.name, Outcome.CRASHED, detail, "", None, 0.0, 0.0, 0.0, moves)


def _cause(error: Exception) -> Exception:
    cause = getattr(error, "cause", None)
    return cause if isinstance(cause, NetwrightError) else error


def _no_start(reason: str) -> str:
    lines = [line for line in reason.splitlines() if line.strip()]
    return (
        f"slots cannot start on the Ray cluster: {lines[-1].strip()}; install netwright and its dependencies in the "
        "environment that Ray runs in on every node, the same versions as here"
    )


def _first_line(reason: str) -> str:
    return reason.strip().splitlines()[0].strip() if reason.strip() else "no reason given"
