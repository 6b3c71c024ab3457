"""The process that jobs' processes are forked from: it has imported what they need, and has one thread."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import active_children, forkserver, get_context, resource_tracker
from types import ModuleType

from netwright.records.errors import InputError

CONTEXT = get_context("forkserver")
"""Where the processes of jobs come from."""

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables that bound the threads of numerical libraries, read when such a library is loaded."""

_ALWAYS = ("netwright.machine.child",)


def start_server(preload: tuple[str, ...]) -> None:
    """Start the fork server, with modules imported, unless one that has them is running.

    The server is a fresh interpreter with one thread, so that every fork is safe; it ignores Ctrl-C, and so do its
    children.

    Args:
        preload: Modules that jobs need.

    Raises:
        InputError: A module does not exist, which the server itself would pass over in silence.
    """
    wanted = list(dict.fromkeys([*_ALWAYS, *preload]))
    missing = [name for name in preload if not _exists(name)]
    if missing:
        raise InputError(
            f"no module named {', '.join(missing)}, which was to be preloaded; install it or correct its name"
        )
    server = forkserver._forkserver
    known: list[str] = server._preload_modules  # type: ignore[attr-defined]
    if not set(wanted) <= set(known):
        # a server with running children cannot be replaced: it reports their ends
        if not active_children():
            server._stop()  # type: ignore[attr-defined]
        server.set_forkserver_preload(list(dict.fromkeys([*(name for name in known if name != "__main__"), *wanted])))
    resource_tracker.ensure_running()
    with _interrupts_blocked(), _one_thread(), hidden_main():
        forkserver.ensure_running()


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@contextmanager
def hidden_main() -> Iterator[None]:
    """Keep multiprocessing from importing this program's main module in a child.

    A job names its target by module, so the child needs no main module: not the command line (slow), and not a user's
    script without `if __name__ == "__main__"` (it would start the study again).

    Yields:
        Nothing.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    # a signal mask is inherited, so that a child is safe from Ctrl-C even before its first line
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _one_thread() -> Iterator[None]:
    # BLAS libraries start their threads when they are loaded, and a fork would lose them
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
