"""Limits that a process sets on itself: on its memory, and on outliving its parent."""

import fcntl
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import connection, parent_process
from pathlib import Path

import psutil

# what torch, oneDNN and the C++ library say where an allocation failed
_SIGNS = ("can't allocate memory", "not enough memory", "out of memory", "bad_alloc", "cannot allocate memory")


def reserved_memory() -> float:
    """Return the private writable memory of this process in bytes, touched or not; the resident one where unknown.

    >>> reserved_memory() > 1e6
    True
    """
    info = psutil.Process().memory_info()
    return float(getattr(info, "data", info.rss))


def touched_memory(pid: int) -> float:
    """Return the anonymous and shared memory of a process that is really in use, in bytes.

    Unlike the resident set it leaves out pages of files and libraries, which the kernel can drop; so private memory
    alone never exceeds `reserved_memory`. Where the system does not tell (macOS), it is the resident set.

    Args:
        pid: The process.

    Returns:
        RssAnon + RssShmem; 0 where the process has ended.

    Source: proc_pid_status(5).

    >>> 1e6 < touched_memory(os.getpid()) < psutil.Process().memory_info().rss
    True
    """
    try:
        if not sys.platform.startswith("linux"):
            return float(psutil.Process(pid).memory_info().rss)
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except (psutil.Error, OSError):
        return 0.0
    fields = dict(line.split(":", 1) for line in text.splitlines())
    return sum(float(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssShmem") if name in fields)


@contextmanager
def memory_limit(extra: float) -> Iterator[None]:
    """Let allocations fail inside the block once this process holds more than now plus `extra` bytes.

    The limit is on private writable memory (Linux RLIMIT_DATA: heap and anonymous mappings), so that a large allocation
    fails at once, with an exception, before any page of it is touched. Where the system has no such limit (macOS),
    nothing is limited here.

    Args:
        extra: Bytes beyond what the process holds at the entry.

    Yields:
        Nothing.

    Source: getrlimit(2).

    >>> with memory_limit(2**30):
    ...     bytearray(2**32)
    Traceback (most recent call last):
    MemoryError
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if sys.platform.startswith("linux"):
        wanted = int(min(reserved_memory() + extra, 2**62))
        resource.setrlimit(
            resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an exception says that memory could not be had.

    Args:
        error: A `MemoryError`, `torch.OutOfMemoryError`, or a `RuntimeError` or `OSError` with a text that says so.

    Returns:
        True where it does.

    >>> is_out_of_memory(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried ..."))
    True
    >>> is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    False
    """
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError | OSError) and any(sign in str(error).lower() for sign in _SIGNS)


def die_with_parent() -> None:
    """End this process's group as soon as the parent is gone, however the parent ended.

    The parent holds open a pipe that the kernel closes with it. On Linux the kernel itself then kills the group, even
    where C code keeps Python from running; elsewhere a thread does it. The caller leads a process group.

    Source: fcntl(2), F_SETOWN, F_SETSIG and O_ASYNC.
    """
    parent = parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(sentinel, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(sentinel, fcntl.F_SETFL, fcntl.fcntl(sentinel, fcntl.F_GETFL) | os.O_ASYNC)
        # the parent may have gone before the kernel was asked
        if connection.wait([sentinel], timeout=0):
            _end_group()
    else:
        threading.Thread(target=_outlive, args=(sentinel,), daemon=True).start()


def _outlive(sentinel: int) -> None:
    connection.wait([sentinel])
    _end_group()


def _end_group() -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)
