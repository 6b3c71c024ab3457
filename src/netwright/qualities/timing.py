"""Repeated calls of a model, timed one by one, warm and undisturbed."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor, nn

from netwright.machine import hardware
from netwright.qualities.threads import limited_threads
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions
from netwright.structure.evaluation_mode import evaluation_mode

Clock = Callable[[], int]
"""Nanoseconds from any origin, such as `time.perf_counter_ns`."""

BLOCK = 3
SETTLED = 0.05
LEAST_CALLS = 5
UNSETTLED = "the model had not settled when the warm-up ended: calls were still getting faster or slower"


@dataclass(frozen=True)
class Timing:
    """How long each of many equal calls took.

    Args:
        seconds: One duration a call, in the order of the calls.
        settled: Whether the warm-up ended because the calls had become equally fast.
    """

    seconds: tuple[float, ...]
    settled: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the figures must know."""
        return () if self.settled else (UNSETTLED,)


def time_model(
    model: nn.Module,
    example: Tensor | tuple[Tensor, ...],
    *,
    calls: int,
    seconds: float,
    threads: int,
    clock: Clock,
) -> Timing:
    """Return how long each call of a model took, in evaluation mode, without gradients and garbage collection.

    Args:
        model: The model; its mode is restored.
        example: What it is called with; a tuple holds its arguments.
        calls: Most calls that are timed.
        seconds: Time after which no further call is begun (from the sixth on).
        threads: Threads that torch may compute with.
        clock: Tells the time.

    Returns:
        The timing.

    Raises:
        InputError: No call or no time is granted.
    """
    if calls < 1 or seconds <= 0:
        raise InputError(f"found calls={calls} and seconds={seconds}; pass at least 1 call and more than 0 seconds")
    arguments = example if isinstance(example, tuple) else (example,)
    on_cpu = all(argument.device.type == "cpu" for argument in arguments)

    def call() -> None:
        model(*arguments)
        if not on_cpu:  # an accelerator returns before it has computed
            torch.accelerator.synchronize()

    with evaluation_mode(model), limited_threads(threads), torch.inference_mode(), _no_garbage_collection():
        return time_calls(call, calls=calls, seconds=seconds, clock=clock)


def time_calls(call: Callable[[], object], *, calls: int, seconds: float, clock: Clock) -> Timing:
    """Warm up until the calls are equally fast, then time each of them.

    The warm-up goes by blocks of 3 calls. It lasts a twentieth of `seconds` at least, ends when the medians of two
    blocks in a row differ by less than 5%, and ends unsettled after a quarter of `seconds`.

    Args:
        call: What is timed.
        calls: Most calls that are timed.
        seconds: Time after which no further call is begun, except to make 5.
        clock: Tells the time.

    Returns:
        The timing.

    >>> ticks = iter(range(0, 10**9, 10**6))  # every look at the clock finds it a millisecond later
    >>> time_calls(lambda: None, calls=4, seconds=1.0, clock=lambda: next(ticks))
    Timing(seconds=(0.001, 0.001, 0.001, 0.001), settled=True)
    """
    settled = _warm_up(call, shortest=seconds / 20, longest=seconds / 4, clock=clock)
    durations: list[float] = []
    end = int(clock() + seconds * 1e9)
    now = 0
    while len(durations) < calls and (len(durations) < LEAST_CALLS or now < end):
        began = clock()
        call()
        now = clock()
        durations.append((now - began) / 1e9)
    return Timing(tuple(durations), settled)


def timed_conditions(conditions: Conditions | None, example: Tensor | tuple[Tensor, ...], threads: int) -> Conditions:
    """Return conditions that state the threads and the device that a timing really had.

    Args:
        conditions: The circumstances; None for this machine's.
        example: What the model was called with.
        threads: Threads that torch computed with.

    Returns:
        The conditions.
    """
    first = example[0] if isinstance(example, tuple) else example
    stated = conditions or hardware.conditions(threads=threads)
    return stated.model_copy(update={"threads": threads, "device": first.device.type})


def _warm_up(call: Callable[[], object], shortest: float, longest: float, clock: Clock) -> bool:
    start = clock()
    previous: float | None = None
    while True:
        block = []
        for _ in range(BLOCK):
            began = clock()
            call()
            block.append(clock() - began)
        middle, spent = median(block), (clock() - start) / 1e9
        if previous is not None and spent >= shortest and abs(middle - previous) <= SETTLED * previous:
            return True
        if spent >= longest:
            return False
        previous = middle


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
