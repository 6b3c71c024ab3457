"""What a network takes at which widths, measured on the machine that it will run on."""

import time
from collections.abc import Sequence
from statistics import median
from typing import Self

import numpy as np
import torch
from torch import nn

from netwright.machine.hardware import describe_hardware
from netwright.machine.progress import Progress, Silent
from netwright.pruning.allocate import Floats
from netwright.pruning.apply import apply_plan
from netwright.pruning.fingerprint import fingerprint
from netwright.pruning.flop_count import shape_of_batch
from netwright.pruning.paired_timing import seconds_of, undisturbed
from netwright.pruning.removal import rising
from netwright.qualities.timing import Clock
from netwright.records.errors import InputError
from netwright.records.pruning import Plan, SitePlan, Unit
from netwright.records.record import Record
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.stream import Batch

STEPS = 8
"""Widths that are measured, besides the full one."""
FAVOURED = 32
"""Measured widths of feed-forward networks are multiples of this: between them, time is a staircase."""


class WidthCurve(Record):
    """What one place takes at each width, beyond what it takes at its narrowest.

    Args:
        unit: What its units are.
        count: How many there are.
        places: Places of that kind in the network.
        widths: That were measured, rising; the last is `count`.
        seconds: Of one place, never falling; 0 at the narrowest.
    """

    unit: Unit
    count: int
    places: int
    widths: tuple[int, ...]
    seconds: tuple[float, ...]

    def at(self, widths: Floats) -> Floats:
        """Return the seconds of one place at widths, on straight lines between those measured.

        >>> curve = WidthCurve(unit="neurons", count=4, places=1, widths=(0, 4), seconds=(0.0, 2.0))
        >>> curve.at(np.array([0.0, 3.0])).tolist()
        [0.0, 1.5]
        """
        return np.interp(widths, self.widths, self.seconds)


class LatencyTable(Record):
    """What a network takes at which widths: the rest of it, and one curve a kind of place.

    T(k_1 ... k_L) = rest + sum_l tau(k_l).

    Args:
        model: Class of the network.
        fingerprint: Of its parameters.
        hardware: The machine, in words.
        batch: Shape of the batch that was timed, (texts, tokens).
        threads: Threads that it was timed with.
        rest: Seconds of the network with every place at its narrowest.
        curves: One a kind of unit.
        rounds: How often each width was timed.
    """

    model: str
    fingerprint: str
    hardware: str
    batch: tuple[int, int]
    threads: int
    rest: float
    curves: tuple[WidthCurve, ...]
    rounds: int

    @property
    def dense(self) -> float:
        """Seconds of the whole network, as the curves have it."""
        return self.rest + sum(curve.places * curve.seconds[-1] for curve in self.curves)

    def curve(self, unit: Unit, count: int) -> WidthCurve:
        """Return what places of a kind take.

        Args:
            unit: What their units are.
            count: How many each has.

        Returns:
            The curve.

        Raises:
            InputError: The table has none.
        """
        found = next((curve for curve in self.curves if (curve.unit, curve.count) == (unit, count)), None)
        if found is None:
            known = ", ".join(f"{curve.count} {curve.unit}" for curve in self.curves)
            raise InputError(
                f"the latency table of {self.model} knows places of {known}, not of {count} {unit}; measure one of the "
                "network and the units that are planned for"
            )
        return found

    def foreseen(self, plan: Plan) -> float:
        """Return the seconds that the table foresees for a plan.

        Args:
            plan: Of the same network.

        Returns:
            Seconds of one batch.
        """
        kept = {curve.unit: 0.0 for curve in self.curves}
        for site in plan.sites:
            kept[site.unit] += float(self.curve(site.unit, site.count).at(np.array([float(len(site.kept))]))[0])
        planned = {site.unit for site in plan.sites}
        whole = {curve.unit: curve.places * curve.seconds[-1] for curve in self.curves}
        return self.rest + sum(kept[unit] if unit in planned else whole[unit] for unit in kept)

    def corrected(self, foreseen: float, measured: float) -> Self:
        """Return a table whose rest makes up for what was foreseen wrongly.

        Args:
            foreseen: Seconds that it foresaw for a network.
            measured: What that network took.

        Returns:
            The table, moved by the difference.
        """
        return self.model_copy(update={"rest": max(self.rest + measured - foreseen, 0.0)})


def measure_latency_table(
    transformer: Transformer,
    batch: Batch,
    *,
    units: Sequence[Unit] = ("neurons",),
    rounds: int = 5,
    threads: int = 1,
    clock: Clock = time.perf_counter_ns,
    progress: Progress | None = None,
) -> LatencyTable:
    """Return what a network takes at which widths, of calls of the whole network.

    For each kind of unit the network is really cut to the same width everywhere, for several widths. In each round
    every such network is made, called once to warm up and once by the clock, so that what changes on the machine
    meets all widths alike. The medians over rounds are made to rise with the width, and the difference to the
    narrowest is divided by the number of places.

    Args:
        transformer: The dense network; it stays as it is.
        batch: What it is called with; all of its tokens should be real.
        units: Kinds of units that may go.
        rounds: How often each width is timed.
        threads: Threads that torch may compute with.
        clock: Tells the time, in nanoseconds.
        progress: Told how far it is.

    Returns:
        The table.

    Raises:
        InputError: No round, or places of one kind that differ in size.
    """
    if rounds < 1:
        raise InputError(f"found rounds={rounds}; ask for at least 1")
    widths = {unit: _widths(transformer, unit) for unit in units}
    wanted = [(unit, width) for unit in units for width in widths[unit]]
    taken: dict[tuple[Unit, int], list[float]] = {key: [] for key in wanted}
    told = progress or Silent()
    told.start(rounds * len(wanted), "latency table")
    try:
        for number in range(rounds):
            for at, (unit, width) in enumerate(wanted[:: 1 if number % 2 == 0 else -1]):
                told.advance(number * len(wanted) + at, f"{width} {unit}", None)
                model = _cut(transformer, unit, width)
                with undisturbed((model,), threads):
                    seconds_of(model, batch, clock)
                    taken[unit, width].append(seconds_of(model, batch, clock))
    finally:
        told.stop()
    return _table(transformer, batch, taken, rounds, threads)


def _table(
    transformer: Transformer, batch: Batch, taken: dict[tuple[Unit, int], list[float]], rounds: int, threads: int
) -> LatencyTable:
    seconds: dict[Unit, dict[int, float]] = {}
    for (unit, width), calls in taken.items():
        seconds.setdefault(unit, {})[width] = median(calls)
    curves = [_curve(transformer, unit, list(known), list(known.values())) for unit, known in seconds.items()]
    dense = median(one for unit, known in seconds.items() for one in taken[unit, max(known)])
    return LatencyTable(
        model=type(transformer.model).__name__,
        fingerprint=fingerprint(transformer.model),
        hardware=describe_hardware(),
        batch=shape_of_batch(batch),
        threads=threads,
        rest=max(dense - sum(curve.places * curve.seconds[-1] for curve in curves), 0.0),
        curves=tuple(curves),
        rounds=rounds,
    )


def _curve(transformer: Transformer, unit: Unit, widths: Sequence[int], seconds: Sequence[float]) -> WidthCurve:
    whole = rising(torch.arange(len(widths)), torch.tensor(seconds, dtype=torch.float64)).cost
    places = len(_places(transformer, unit))
    each = ((whole - whole[0]) / places).tolist()
    return WidthCurve(unit=unit, count=widths[-1], places=places, widths=tuple(widths), seconds=tuple(each))


def _places(transformer: Transformer, unit: Unit) -> list[tuple[str, int, int]]:
    """Return (path, layer, units) of every place of a kind."""
    if unit == "layers":
        return [(transformer.stack, 0, len(transformer.blocks))]
    sites = transformer.neurons if unit == "neurons" else transformer.heads
    return [(site.block, site.layer, site.count) for site in sites]


def _widths(transformer: Transformer, unit: Unit) -> list[int]:
    counts = {count for _, _, count in _places(transformer, unit)}
    if len(counts) > 1:
        raise InputError(f"found {unit} of {sorted(counts)} a place; a latency table is of places of one size")
    (count,) = counts
    least = 0 if unit == "neurons" else 1
    multiple = FAVOURED if unit == "neurons" and count >= STEPS * FAVOURED else 1
    steps = {round(count * step / STEPS / multiple) * multiple for step in range(STEPS)}
    return sorted({max(width, least) for width in steps} | {count})


def _cut(transformer: Transformer, unit: Unit, width: int) -> nn.Module:
    sites = tuple(
        SitePlan(place=path, layer=layer, unit=unit, count=count, kept=tuple(range(width)))
        for path, layer, count in _places(transformer, unit)
    )
    plan = Plan(model="", fingerprint="", score="", budget="", sites=sites)
    return apply_plan(transformer.model, plan, (transformer.adapter,))
