"""Energy and emissions of a million predictions."""

import time

from torch import Tensor, nn

from netwright.qualities.energy import core_power, emissions, emissions_note
from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.order_statistics import estimate_quantile
from netwright.qualities.power_meter import PowerMeter, meter_for
from netwright.qualities.timing import Clock, time_model, timed_conditions
from netwright.records.measurement import Conditions, Measurement
from netwright.records.scenario import Rates

BATCH = 64
BATCHES = 200
SECONDS = 1.0
MILLION = 1e6
NAMES = ("energy.predictions", "co2.predictions")


def prediction_energy(
    model: nn.Module,
    batch: Tensor,
    *,
    meter: PowerMeter,
    rates: Rates | None = None,
    threads: int = 1,
    conditions: Conditions | None = None,
    clock: Clock = time.process_time_ns,
) -> tuple[Measurement, Measurement]:
    """Return the energy of a million predictions in batches, and the carbon dioxide that making it emitted.

    E = 10^6 x (median core-seconds of a batch / its samples) x watts a core-second: those that the meter sees while the
    batches run, which is a measurement, or those that the rates state, which is an estimate; the first note says which.
    The interval is that of the median core-seconds, from the order of the batches: of the watts it knows nothing.

    Args:
        model: Any module.
        batch: What it is called with, (B, ...).
        meter: A meter of the batch's device, just started.
        rates: Emissions, and the power of a core where the meter sees none; None for the standard ones.
        threads: Threads that torch may compute with.
        conditions: The circumstances; None for this machine's. Threads and device are stated as they were.
        clock: Tells the processor time of this process, in nanoseconds.

    Returns:
        The measurements `energy.predictions`, in joules, and `co2.predictions`, in kilograms, with n = batches.

    >>> import torch
    >>> ticks = iter(range(0, 10**12, 10**6))  # every look at the clock finds a millisecond of work
    >>> energy, _ = prediction_energy(
    ...     nn.Linear(2, 1), torch.zeros(100, 2), meter=PowerMeter(()), rates=Rates(watts=20), clock=lambda: next(ticks)
    ... )
    >>> round(energy.value, 6)  # 10^6 x 0.001 s / 100 x 20 W
    200.0
    """
    rates = rates or Rates()
    timing = time_model(model, batch, calls=BATCHES, seconds=SECONDS, threads=threads, clock=clock)
    watts, label = core_power(meter.power(), rates)
    of_time = estimate_quantile(list(timing.seconds), 0.5)
    joules = tuple(MILLION * seconds / len(batch) * watts for seconds in of_time[:3])
    kilograms = tuple(emissions(energy, rates) for energy in joules)
    notes = (f"in batches of {len(batch)}", *timing.notes) + ((f"of the time: {of_time.note}",) if of_time.note else ())
    n, stated = len(timing.seconds), timed_conditions(conditions, batch, threads)
    return (
        _measurement(NAMES[0], "J", joules, n, stated, (label, *notes)),
        _measurement(NAMES[1], "kg", kilograms, n, stated, (label, emissions_note(rates), *notes)),
    )


def _measurement(
    quality: str, unit: str, ends: tuple[float, ...], n: int, conditions: Conditions, notes: tuple[str, ...]
) -> Measurement:
    value, low, high = ends
    return Measurement(
        quality=quality, value=value, low=low, high=high, n=n, unit=unit, conditions=conditions, notes=notes
    )


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return energy and emissions of a million predictions in batches of 64.

    Args:
        evidence: A trained model, its inputs, the rates, and the threads that its conditions state.

    Returns:
        Two answers.
    """
    device, stated = evidence.device, evidence.conditions
    meter = meter_for(device)
    if device != "cpu" and not meter.counts:
        return not_measured(f"no energy counter of the device {device} can be read here", *NAMES)
    batch = evidence.batch(BATCH)
    return prediction_energy(
        evidence.model, batch, meter=meter, rates=evidence.rates, threads=stated.threads, conditions=stated
    )
