"""Validation accuracy after every epoch: one small drawing a candidate, one thin line a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import altair as alt

from netwright.records.consistency import Consistency, Segment
from netwright.records.decision import Decision
from netwright.records.trial import TrialResult
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY, candidate_colours, candidate_slots

MOST_PANELS = 24
PANEL_HEIGHT = 130
PHASE_INKS = {"rise": FACTOR_INKS[1], "plateau": GREY, "decay": FACTOR_INKS[3]}


@dataclass(frozen=True)
class Panel:
    """The epochs of one candidate.

    Args:
        name: The candidate.
        slot: Its colour, an index into the palette; None for grey.
        final: Mean validation accuracy after its last epoch, over the seeds that reached it.
        last: That epoch.
        reached: How many seeds reached it.
        seeds: How many seeds trained.
        chart: The drawing.
        consistency: How steady its trainings were at the largest size; None where that was not recorded.
    """

    name: str
    slot: int | None
    final: float
    last: int
    reached: int
    seeds: int
    chart: alt.LayerChart
    consistency: Consistency | None = None


def epoch_panels(
    decision: Decision, results: Sequence[TrialResult], consistencies: Sequence[Consistency] = ()
) -> list[Panel]:
    """Return a panel for each candidate that was trained by epochs at the largest size; all share their axes.

    A strip at the foot of a panel shows the phases of its mean curve.

    Args:
        decision: The decision.
        results: Every trial.
        consistencies: How steady trainings were; those of the largest size are shown.

    Returns:
        At most `MOST_PANELS` panels, in the scenario's order, candidates with a colour before the others.
    """
    size = decision.scenario.design.sizes[-1]
    trained = {a.name: _curves(a.name, size, results) for a in decision.candidates}
    slots = candidate_slots(decision)
    names = sorted((name for name, curves in trained.items() if curves), key=lambda name: slots[name] is None)
    seen = [(epoch, accuracy) for name in names for curve in trained[name].values() for epoch, accuracy in curve]
    if not seen:
        return []
    domains = _Domains(max(epoch for epoch, _ in seen), _span([accuracy for _, accuracy in seen]))
    colours = candidate_colours(decision)
    steady = {found.candidate: found for found in consistencies if found.size == size}
    panels = []
    for name in names[:MOST_PANELS]:
        complete = _complete(trained[name])
        mean = _mean(complete)
        strip = _phases(steady[name].segments, domains) if name in steady else []
        chart = _panel((trained[name], mean), colours[name], domains, strip)
        last, final = mean[-1]
        counts = (last, len(complete), len(trained[name]))
        panels.append(Panel(name, slots[name], final, *counts, chart, steady.get(name)))
    return panels


@dataclass(frozen=True)
class _Domains:
    last: int
    accuracy: tuple[float, float]


_Curves = Mapping[int, list[tuple[int, float]]]


def _curves(name: str, size: int, results: Sequence[TrialResult]) -> _Curves:
    curves = {
        result.seed: [(e.index, e.validation_accuracy) for e in result.epochs if isfinite(e.validation_accuracy)]
        for result in results
        if result.candidate == name and result.size == size
    }
    return {seed: curve for seed, curve in curves.items() if curve}


def _complete(curves: _Curves) -> _Curves:
    # a mean in which a seed takes part only at first would jump where that seed stopped
    last = max(epoch for curve in curves.values() for epoch, _ in curve)
    return {seed: curve for seed, curve in curves.items() if curve[-1][0] == last}


def _mean(curves: _Curves) -> list[tuple[int, float]]:
    by_epoch: dict[int, list[float]] = {}
    for curve in curves.values():
        for epoch, accuracy in curve:
            by_epoch.setdefault(epoch, []).append(accuracy)
    return [(epoch, sum(values) / len(values)) for epoch, values in sorted(by_epoch.items())]


def _span(values: Sequence[float]) -> tuple[float, float]:
    margin = max((max(values) - min(values)) * 0.05, 0.01)
    return max(min(values) - margin, 0.0), min(max(values) + margin, 1.0)


def _panel(
    drawn: tuple[_Curves, list[tuple[int, float]]], colour: str, domains: _Domains, strip: list[alt.Chart]
) -> alt.LayerChart:
    curves, mean = drawn
    marks = sorted({1, *(round(1 + (domains.last - 1) * share) for share in (1 / 3, 2 / 3, 1))})
    x = alt.X(
        "epoch:Q",
        axis=alt.Axis(title=None, values=marks, format="d"),
        scale=alt.Scale(domain=[min(1, domains.last - 1), domains.last], nice=False, zero=False),
    )
    y = alt.Y(
        "accuracy:Q",
        axis=alt.Axis(title=None, tickCount=4, format=".2~f"),
        scale=alt.Scale(domain=list(domains.accuracy), nice=False, zero=False),
    )
    tooltip = [
        alt.Tooltip("seed:N", title="seed"),
        alt.Tooltip("epoch:Q", title="epoch", format="d"),
        alt.Tooltip("accuracy:Q", title="validation accuracy", format=".3f"),
    ]
    thin = alt.Chart(_data(curves)).encode(x=x, y=y, detail="seed:N", tooltip=tooltip)
    thick = alt.Chart(_data({-1: mean})).encode(x=x, y=y)
    layers = [
        thin.mark_line(color=colour, strokeWidth=1, opacity=0.55, point=_dots(colour, curves)),
        thick.mark_line(color=colour, strokeWidth=2.5),
        *strip,
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=PANEL_HEIGHT)


def _phases(segments: Sequence[Segment], domains: _Domains) -> list[alt.Chart]:
    # a training of one epoch has no phases to tell apart
    if domains.last < 2 or not segments:
        return []
    data = rows([{"phase": s.phase, "first": s.first, "last": max(s.last, s.first + 0.1)} for s in segments])
    phases, inks = list(PHASE_INKS), [ink.light for ink in PHASE_INKS.values()]
    strip = (
        alt.Chart(data)
        .mark_bar(height=5, clip=True)
        .encode(
            x=alt.X("first:Q", scale=alt.Scale(domain=[1, domains.last], nice=False, zero=False)),
            x2="last:Q",
            y=alt.value(PANEL_HEIGHT - 3),
            color=alt.Color("phase:N", legend=None, scale=alt.Scale(domain=phases, range=inks)),
            tooltip=[alt.Tooltip("phase:N"), alt.Tooltip("first:Q", title="from"), alt.Tooltip("last:Q", title="to")],
        )
    )
    return [strip]


def _dots(colour: str, curves: _Curves) -> Any:
    # a single epoch is no line: only a dot shows it
    single = all(len(curve) == 1 for curve in curves.values())
    return alt.OverlayMarkDef(color=colour, size=18) if single else False


def _data(curves: _Curves) -> alt.InlineData:
    return rows(
        [
            {"seed": seed, "epoch": epoch, "accuracy": round(accuracy, 4)}
            for seed, curve in curves.items()
            for epoch, accuracy in curve
        ]
    )
