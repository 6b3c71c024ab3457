"""Two models timed in turn, so that what disturbs the machine disturbs both."""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import comb
from statistics import median

import torch
from torch import Tensor, nn

from netwright.qualities.threads import limited_threads
from netwright.qualities.timing import Clock
from netwright.records.errors import InputError
from netwright.structure.call import call
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.transformer.stream import Batch

LEVEL = 0.95
"""The level of the intervals."""
WARM_UP = 3
"""Rounds that are not counted."""


@dataclass(frozen=True)
class Quantity:
    """A median with its interval.

    Args:
        value: The median.
        low: Lower end.
        high: Upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PairedTiming:
    """How long calls of two models took, one round after another.

    Args:
        before: Seconds of the first model, one a round.
        after: Seconds of the second.
    """

    before: tuple[float, ...]
    after: tuple[float, ...]

    @property
    def seconds_before(self) -> Quantity:
        """Of a call of the first model."""
        return median_interval(self.before)

    @property
    def seconds_after(self) -> Quantity:
        """Of a call of the second model."""
        return median_interval(self.after)

    @property
    def speedup(self) -> Quantity:
        """The median over rounds of the first model's time divided by the second's."""
        return median_interval([one / other for one, other in zip(self.before, self.after, strict=True)])


def time_in_turn(
    before: nn.Module,
    after: nn.Module,
    batch: Batch,
    *,
    rounds: int = 30,
    threads: int = 1,
    clock: Clock = time.perf_counter_ns,
) -> PairedTiming:
    """Return how long calls of two models take, in evaluation mode, without gradients and garbage collection.

    Each round calls both, the one first that was second in the round before; the first three rounds are not counted.

    Args:
        before: A model; its mode is restored.
        after: Another one.
        batch: Keyword arguments of both.
        rounds: How often both are timed.
        threads: Threads that torch may compute with.
        clock: Tells the time, in nanoseconds.

    Returns:
        The timing.

    Raises:
        InputError: No round is asked for.
    """
    if rounds < 1:
        raise InputError(f"found rounds={rounds}; ask for at least 1")
    taken: tuple[list[float], list[float]] = ([], [])
    with undisturbed((before, after), threads):
        for number in range(-WARM_UP, rounds):
            for which in (0, 1) if number % 2 == 0 else (1, 0):
                seconds = seconds_of((before, after)[which], batch, clock)
                if number >= 0:
                    taken[which].append(seconds)
    return PairedTiming(tuple(taken[0]), tuple(taken[1]))


def seconds_of(model: nn.Module, batch: Batch, clock: Clock) -> float:
    """Return how long one call of a model took, until it has really computed.

    Args:
        model: The model.
        batch: Its keyword arguments.
        clock: Tells the time, in nanoseconds.

    Returns:
        Seconds.
    """
    began = clock()
    call(model, batch)
    if any(isinstance(value, Tensor) and value.device.type != "cpu" for value in batch.values()):
        torch.accelerator.synchronize()  # an accelerator returns before it has computed
    return (clock() - began) / 1e9


@contextmanager
def undisturbed(models: Sequence[nn.Module], threads: int) -> Iterator[None]:
    """Hold models in evaluation mode, without gradients and garbage collection, on some threads.

    Args:
        models: The models.
        threads: Threads that torch may compute with.

    Yields:
        Nothing.
    """
    collecting = gc.isenabled()
    with ExitStack() as stack:
        for model in models:
            stack.enter_context(evaluation_mode(model))
        stack.enter_context(limited_threads(threads))
        stack.enter_context(torch.inference_mode())
        gc.disable()
        try:
            yield
        finally:
            if collecting:
                gc.enable()


def median_interval(samples: Sequence[float], level: float = LEVEL) -> Quantity:
    """Return the median of samples with its distribution-free interval.

    The r-th smallest and the r-th largest of n hold the median between them with 1 - 2 P(Bin(n, 1/2) < r); r is the
    largest that keeps the level, or 1 where there are too few samples.

    Args:
        samples: At least one.
        level: Of the interval.

    Returns:
        The median and its interval.

    Source: David and Nagaraja, Order Statistics, 2003, section 7.1.

    >>> median_interval([float(i) for i in range(1, 11)])
    Quantity(value=5.5, low=2.0, high=9.0)
    """
    ascending, n = sorted(samples), len(samples)
    rank, below = 1, 1 / 2**n
    while 2 * rank < n and 2 * (below + comb(n, rank) / 2**n) <= 1 - level:
        below += comb(n, rank) / 2**n
        rank += 1
    return Quantity(median(ascending), ascending[rank - 1], ascending[n - rank])
