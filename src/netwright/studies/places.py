"""Where a study runs, by name."""

from netwright.records.errors import InputError
from netwright.studies.executors import Executor, LocalExecutor

LOCAL, RAY = "local", "ray"


def executor_at(place: str, workers: int | None = None) -> Executor:
    """Return the executor of a place.

    Args:
        place: `local`; `ray` for the cluster that this machine belongs to; `ray://HOST:PORT` for another one.
        workers: Trials at once; None for as many as the place has cores.

    Returns:
        The executor.

    Raises:
        InputError: There is no such place, or no cluster answers there.

    >>> executor_at("local", workers=2).workers
    2
    """
    if place == LOCAL:
        return LocalExecutor(workers)
    if place != RAY and not place.startswith("ray://"):
        raise InputError(f"found the place {place!r} to run on; write local, ray, or ray://HOST:PORT")
    from netwright.studies.cluster.executor import RayExecutor

    return RayExecutor("auto" if place == RAY else place, workers=workers)
