"""The machine in words and figures: processor, memory, package versions, what this process uses."""

import os
import platform
import resource
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from netwright.records.measurement import Conditions

PACKAGES = ("netwright", "torch", "numpy", "scikit-learn")
"""The packages whose version can move a measured figure."""


@cache
def describe_hardware() -> str:
    """Return processor, cores, memory and system in words, such as `AMD EPYC 7B13, 2 cores, 23 GiB, Linux x86_64`."""
    memory = psutil.virtual_memory().total / 2**30
    cores = usable_cores()
    plural = "core" if cores == 1 else "cores"
    return f"{_processor()}, {cores} {plural}, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def usable_cores() -> int:
    """Return how many cores this process may run on, which is fewer than the machine has where it is confined."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version())]
    for package in PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return tuple(found)


def versions() -> dict[str, str]:
    """Return the version of Python and of every package in `PACKAGES` that is installed, without importing any.

    >>> sorted(versions())
    ['netwright', 'numpy', 'python', 'scikit-learn', 'torch']
    """
    return dict(_versions())


def conditions(
    *, seed: int | None = None, data: str | None = None, threads: int = 1, alone: bool = False
) -> Conditions:
    """Return the circumstances of a measurement that is made here and now.

    Args:
        seed: The seed of the trial, None where nothing random takes part.
        data: The fingerprint of the data, None where no data takes part.
        threads: Threads that the computation is allowed.
        alone: Whether nothing else of the study runs at the same time.

    Returns:
        The record, with this machine and its versions.

    >>> made = conditions(seed=3, threads=2)
    >>> made.seed, made.threads, made.device, made.alone
    (3, 2, 'cpu', False)
    """
    return Conditions(
        hardware=describe_hardware(), threads=threads, versions=versions(), seed=seed, data=data, alone=alone
    )


def memory_now() -> float:
    """Return the resident memory of this process, in bytes.

    >>> memory_now() > 1e6
    True
    """
    return float(psutil.Process().memory_info().rss)


def peak_memory() -> float:
    """Return the largest resident memory that this process has had so far, in bytes.

    A forked process starts with what it shares with its parent at that moment, not with the parent's peak.

    Source: getrusage(2), `ru_maxrss`.

    >>> peak_memory() >= 0.9 * memory_now()
    True
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS states bytes, Linux kibibytes
    return float(peak if sys.platform == "darwin" else peak * 1024)


def cpu_seconds() -> float:
    """Return the processor time that this process has used so far, user and system, over all its threads.

    Source: getrusage(2).

    >>> cpu_seconds() > 0
    True
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name" and value.strip():
                return " ".join(value.split())
    return platform.processor() or "unknown processor"
