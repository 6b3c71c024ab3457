"""Latency: how long one call takes, and how long the slow ones take."""

import time

from torch import Tensor, nn

from netwright.qualities.evidence import Evidence
from netwright.qualities.order_statistics import estimate_quantile
from netwright.qualities.timing import Clock, Timing, time_model, timed_conditions
from netwright.records.measurement import Conditions, Measurement

CALLS = 500
SECONDS = 1.0


def measure_latency(
    model: nn.Module,
    example: Tensor | tuple[Tensor, ...],
    *,
    quantile: float = 0.99,
    calls: int = CALLS,
    seconds: float = SECONDS,
    threads: int = 1,
    conditions: Conditions | None = None,
    clock: Clock = time.perf_counter_ns,
) -> Measurement:
    """Return a quantile of the time that one call of a model takes, warm.

    Calls are timed one by one in evaluation and inference mode, after a warm-up until they are equally fast, with
    Python's garbage collection held. The interval comes from the order of the calls alone (see `estimate_quantile`),
    so it assumes no shape of the distribution; it does assume that calls do not influence each other. The upper end
    of p99 needs 299 calls; with fewer it is the slowest call, and a note says how sure that is.

    Args:
        model: Any module, on any device.
        example: What it is called with, such as one image (1, C, H, W); a tuple holds several arguments.
        quantile: In (0, 1): 0.99 is the time that 99% of the calls stay within.
        calls: Most calls that are timed.
        seconds: Time after which no further call is begun, except to make 5; the warm-up adds up to a quarter.
        threads: Threads that torch may compute with.
        conditions: The circumstances; None for this machine's. Threads and device are stated as they were.
        clock: Tells the time, in nanoseconds.

    Returns:
        The measurement `latency.pQ`, in seconds, with n = calls that were timed.

    >>> import torch
    >>> ticks = iter(range(0, 10**12, 10**6))  # every look at the clock finds it a millisecond later
    >>> found = measure_latency(nn.Linear(2, 1), torch.zeros(1, 2), calls=400, clock=lambda: next(ticks))
    >>> found.quality, found.value, found.high, found.n
    ('latency.p99', 0.001, 0.001, 400)
    """
    timing = time_model(model, example, calls=calls, seconds=seconds, threads=threads, clock=clock)
    return latency_of("latency", timing, quantile, timed_conditions(conditions, example, threads))


def latency_of(
    quality: str, timing: Timing, quantile: float, conditions: Conditions, *, notes: tuple[str, ...] = ()
) -> Measurement:
    """Return a quantile of timed calls as a measurement.

    Args:
        quality: Name of the quality, without its quantile.
        timing: The calls.
        quantile: In (0, 1).
        conditions: The circumstances.
        notes: What a reader must know beside what the timing and the quantile say.

    Returns:
        The measurement `QUALITY.pQ`, in seconds.
    """
    value, low, high, short = estimate_quantile(list(timing.seconds), quantile)
    return Measurement(
        quality=f"{quality}.p{quantile * 100:g}",
        value=value,
        low=low,
        high=high,
        n=len(timing.seconds),
        unit="s",
        conditions=conditions,
        notes=notes + timing.notes + ((short,) if short else ()),
    )


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return p50 and p99 of the same calls on one image.

    Args:
        evidence: A trained model, one of its inputs, and the threads that its conditions state.

    Returns:
        Two measurements.
    """
    example, threads = evidence.inputs[:1], evidence.conditions.threads
    timing = time_model(
        evidence.model, example, calls=CALLS, seconds=SECONDS, threads=threads, clock=time.perf_counter_ns
    )
    stated = timed_conditions(evidence.conditions, example, threads)
    return tuple(latency_of("latency", timing, quantile, stated) for quantile in (0.5, 0.99))
