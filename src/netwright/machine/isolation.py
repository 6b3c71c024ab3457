"""Run functions in processes of their own, under limits of memory and time; whatever happens becomes an outcome."""

from collections.abc import Iterable, Iterator
from multiprocessing import connection

from netwright.machine.fork_server import start_server
from netwright.machine.jobs import Ended, Job, Note, echo
from netwright.machine.watched import LOOK_EVERY, Watched

__all__ = ["Ended", "Job", "Note", "echo", "run_isolated"]


def run_isolated(
    jobs: Iterable[Job], workers: int, threads: int, preload: tuple[str, ...] = ()
) -> Iterator[Note | Ended]:
    """Run each job in a process of its own, and yield what the jobs say and how they end, as it happens.

    Processes are forked from a server that has imported `preload` once, so that each costs a fork only. A job that
    asks for more memory than its limit finds that the allocation fails; one that gets more in another way, or takes
    longer than its limit, is killed. Closing this generator kills what still runs; when this process dies, all of it
    dies at once. A target or a preloaded module that another process cannot find is an `InputError`.

    Args:
        jobs: The jobs, in order; each is taken only when a worker is free, after the last ending was handed out.
        workers: How many run at once.
        threads: Threads that each may use.
        preload: Modules to import once, such as `torch`; what can be imported from everywhere, not from a script.

    Yields:
        A `Note` for every line that a job tells; one `Ended` for every job, after all its notes.

    >>> from netwright.records.scenario import Limits
    >>> for event in run_isolated([Job("one", echo, "[1, 2]", Limits())], workers=1, threads=1):
    ...     print(type(event).__name__, event.text if isinstance(event, Note) else event.result)
    Note [1, 2]
    Ended [1, 2]
    """
    start_server(preload)
    waiting = iter(jobs)
    running: list[Watched] = []
    try:
        while True:
            while len(running) < workers and (job := next(waiting, None)) is not None:
                running.append(Watched(job, threads))
            if not running:
                return
            connection.wait([handle for watched in running for handle in watched.handles()], timeout=LOOK_EVERY)
            for watched in tuple(running):
                events = watched.events()
                if events and isinstance(events[-1], Ended):
                    running.remove(watched)
                yield from events
    finally:
        for watched in running:
            watched.kill()
