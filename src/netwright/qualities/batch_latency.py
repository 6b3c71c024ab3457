"""Latency of a batch: how long 64 samples at once take, and how long the slow batches take."""

import time

from netwright.qualities.evidence import Evidence
from netwright.qualities.latency import SECONDS, latency_of
from netwright.qualities.timing import time_model, timed_conditions
from netwright.records.measurement import Measurement

BATCH = 64
CALLS = 500


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return p50 and p99 of the time that a batch of 64 takes, all of it.

    It is `measure_latency(model, batch)` for both quantiles of the same calls: what a server that gathers requests
    adds to each of them.

    Args:
        evidence: A trained model, its inputs, and the threads that its conditions state.

    Returns:
        Two measurements, `batch_latency.p50` and `batch_latency.p99`.
    """
    batch, threads = evidence.batch(BATCH), evidence.conditions.threads
    timing = time_model(
        evidence.model, batch, calls=CALLS, seconds=SECONDS, threads=threads, clock=time.perf_counter_ns
    )
    stated = timed_conditions(evidence.conditions, batch, threads)
    notes = (f"the whole batch of {BATCH}",)
    return tuple(latency_of("batch_latency", timing, quantile, stated, notes=notes) for quantile in (0.5, 0.99))
