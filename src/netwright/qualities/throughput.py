"""Throughput: images a second in batches."""

import time

from torch import Tensor, nn

from netwright.qualities.evidence import Evidence
from netwright.qualities.order_statistics import estimate_quantile
from netwright.qualities.timing import Clock, time_model, timed_conditions
from netwright.records.measurement import Conditions, Measurement

BATCH = 64
REPEATS = 100
SECONDS = 0.25


def measure_throughput(
    model: nn.Module,
    batch: Tensor,
    *,
    repeats: int = REPEATS,
    seconds: float = SECONDS,
    threads: int = 1,
    conditions: Conditions | None = None,
    clock: Clock = time.perf_counter_ns,
) -> Measurement:
    """Return how many images a second a model handles in batches, warm.

    throughput = images of the batch / median time of a batch. Its interval is that of the median, from the order of
    the batches alone (see `estimate_quantile`). Timed as `measure_latency` does.

    Args:
        model: Any module, on any device.
        batch: What it is called with, (B, ...).
        repeats: Most batches that are timed.
        seconds: Time after which no further batch is begun, except to make 5; the warm-up adds up to a quarter.
        threads: Threads that torch may compute with.
        conditions: The circumstances; None for this machine's. Threads and device are stated as they were.
        clock: Tells the time, in nanoseconds.

    Returns:
        The measurement `throughput`, per second, with n = batches that were timed.

    >>> import torch
    >>> ticks = iter(range(0, 10**12, 10**6))  # every look at the clock finds it a millisecond later
    >>> found = measure_throughput(nn.Linear(2, 1), torch.zeros(64, 2), repeats=20, clock=lambda: next(ticks))
    >>> round(found.value), found.n
    (64000, 20)
    """
    timing = time_model(model, batch, calls=repeats, seconds=seconds, threads=threads, clock=clock)
    # a clock too coarse for the model shows no time at all; a nanosecond keeps the rate finite
    times = [max(duration, 1e-9) for duration in timing.seconds]
    value, low, high, note = estimate_quantile(times, 0.5)
    return Measurement(
        quality="throughput",
        value=len(batch) / value,
        low=len(batch) / high,
        high=len(batch) / low,
        n=len(times),
        unit="1/s",
        conditions=timed_conditions(conditions, batch, threads),
        notes=(f"in batches of {len(batch)}", *timing.notes) + ((f"of the time: {note}",) if note else ()),
    )


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the throughput in batches of 64.

    Args:
        evidence: A trained model, its inputs, and the threads that its conditions state.

    Returns:
        One measurement.
    """
    batch, threads = evidence.batch(BATCH), evidence.conditions.threads
    return (measure_throughput(evidence.model, batch, threads=threads, conditions=evidence.conditions),)
