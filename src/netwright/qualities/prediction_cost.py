"""Cost of a million predictions on rented cores."""

import time

from torch import Tensor, nn

from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.throughput import measure_throughput
from netwright.qualities.timing import Clock
from netwright.records.measurement import Conditions, Measurement
from netwright.records.scenario import Rates

BATCH = 64
MILLION, HOUR = 1e6, 3600.0


def prediction_cost(
    model: nn.Module,
    batch: Tensor,
    *,
    rates: Rates | None = None,
    threads: int = 1,
    conditions: Conditions | None = None,
    clock: Clock = time.perf_counter_ns,
) -> Measurement:
    """Return what the cores cost for as long as a million predictions take them.

    Cost = 10^6 / throughput x threads x price of a core-hour / 3600, with the throughput of `measure_throughput`: a
    core is paid for while it is held, busy or not, and all the time it is held it is taken to predict. The price is an
    assumption, which a note states; the interval is that of the throughput.

    Args:
        model: Any module, on the processor.
        batch: What it is called with, (B, ...).
        rates: Holds the price; None for the standard one.
        threads: Threads that torch may compute with, each on a core of its own.
        conditions: The circumstances; None for this machine's. Threads and device are stated as they were.
        clock: Tells the time, in nanoseconds.

    Returns:
        The measurement `cost.predictions`, in US dollars, with n = batches.

    >>> import torch
    >>> ticks = iter(range(0, 10**12, 10**6))  # every look at the clock finds it a millisecond later
    >>> found = prediction_cost(
    ...     nn.Linear(2, 1), torch.zeros(100, 2), rates=Rates(cpu_hour=0.36), threads=2, clock=lambda: next(ticks)
    ... )
    >>> round(found.value, 9)  # 10 s x 2 cores x 0.0001 $/s
    0.002
    """
    rates = rates or Rates()
    rate = measure_throughput(model, batch, threads=threads, conditions=conditions, clock=clock)
    price = MILLION * threads * rates.cpu_hour / HOUR
    return Measurement(
        quality="cost.predictions",
        value=price / rate.value,
        low=price / rate.high,
        high=price / rate.low,
        n=rate.n,
        unit="$",
        conditions=rate.conditions,
        notes=(f"estimated: at the {rates.cpu_hour:g} $ a core-hour that the scenario states", *rate.notes),
    )


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return the cost of a million predictions in batches of 64.

    Args:
        evidence: A trained model, its inputs, the rates, and the threads that its conditions state.

    Returns:
        One answer.
    """
    if evidence.device != "cpu":
        return not_measured(
            f"the scenario states the price of a core, not of the device {evidence.device}", "cost.predictions"
        )
    batch, stated = evidence.batch(BATCH), evidence.conditions
    return (prediction_cost(evidence.model, batch, rates=evidence.rates, threads=stated.threads, conditions=stated),)
