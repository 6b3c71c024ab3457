"""Inference memory: what running a batch needs beside the model and the batch."""

import ctypes
import gc
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.order_statistics import estimate_quantile
from netwright.qualities.threads import limited_threads
from netwright.qualities.timing import timed_conditions
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement
from netwright.structure.evaluation_mode import evaluation_mode

BATCH = 64
REPEATS = 7
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
FORGET_PEAK = "5"
"""What resets the largest resident memory of a process (proc(5), clear_refs)."""


def inference_memory(
    model: nn.Module,
    batch: Tensor,
    *,
    repeats: int = REPEATS,
    threads: int = 1,
    conditions: Conditions | None = None,
) -> Measurement:
    """Return by how much the process grows, at its largest, while a batch runs.

    Before each run the allocator hands back what is free and the kernel forgets the largest resident memory so far;
    the growth is the new largest one minus what was resident. Activations, scratch memory and what the allocator wastes
    are in it; model and batch, which are there already, are not. Median of the runs after a first one, its interval
    from their order. The process's largest resident memory so far is lost: whoever needs it must have read it before.

    Args:
        model: Any module, on the processor.
        batch: What it is called with, (B, ...).
        repeats: Runs that are measured.
        threads: Threads that torch may compute with.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `inference_memory`, in bytes, with n = runs.

    Raises:
        InputError: The batch is not on the processor, no run is asked for, or this system is not Linux.

    Source: proc(5): VmRSS, VmHWM and clear_refs.
    """
    if batch.device.type != "cpu" or repeats < 1 or not can_be_seen():
        raise InputError(
            f"found a batch on {batch.device.type} and repeats={repeats} on {sys.platform}; resident growth is "
            "measured on the processor, in 1 run or more, on Linux"
        )
    with evaluation_mode(model), limited_threads(threads), torch.inference_mode():
        model(batch)
        gc.collect()
        growths = [_growth(model, batch) for _ in range(repeats)]
    value, low, high, note = estimate_quantile(growths, 0.5)
    return Measurement(
        quality="inference_memory",
        value=value,
        low=low,
        high=high,
        n=repeats,
        unit="B",
        conditions=timed_conditions(conditions, batch, threads),
        notes=(f"a batch of {len(batch)}", *((f"of the runs: {note}",) if note else ())),
    )


def can_be_seen() -> bool:
    """Return whether this system lets a process reset and read its largest resident memory."""
    try:
        CLEAR.write_text(FORGET_PEAK)
        return _status("VmHWM") > 0
    except OSError:
        return False


def _growth(model: nn.Module, batch: Tensor) -> float:
    _hand_back()
    CLEAR.write_text(FORGET_PEAK)
    before = _status("VmRSS")
    model(batch)
    return max(0.0, _status("VmHWM") - before)


def _hand_back() -> None:
    # of the C library of GNU only; elsewhere what is free stays, and the growth is that of new memory
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _status(key: str) -> float:
    for line in STATUS.read_text().splitlines():
        name, _, value = line.partition(":")
        if name == key:
            return 1024.0 * int(value.split()[0])
    return 0.0


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return the memory that a batch of 64 needs.

    Args:
        evidence: A trained model, its inputs, and the threads that its conditions state.

    Returns:
        One answer.
    """
    if evidence.device != "cpu" or not can_be_seen():
        return not_measured("resident growth is seen on the processor of a Linux machine only", "inference_memory")
    batch, stated = evidence.batch(BATCH), evidence.conditions
    return (inference_memory(evidence.model, batch, threads=stated.threads, conditions=stated),)
