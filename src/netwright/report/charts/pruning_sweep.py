"""What ways to prune leave of a model, against how much of it went: accuracy, and time."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite
from statistics import fmean
from typing import Any

import altair as alt

from netwright.records.pruning import Sweep, SweepPoint
from netwright.records.units import UNITS, format_quantity
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY, MUTED

HEIGHT = 320
MOST_METHODS = len(FACTOR_INKS)
"""Methods that are drawn; the others stand in the table alone."""


@dataclass(frozen=True)
class Setting:
    """One setting of a method, over the draws of calibration texts.

    Args:
        method: What the line is called.
        name: The setting.
        points: One a draw.
    """

    method: str
    name: str
    points: tuple[SweepPoint, ...]

    @property
    def removed(self) -> float:
        """Share of the units that went, mean over draws."""
        return fmean(point.removed for point in self.points)

    @property
    def accuracy(self) -> tuple[float, float, float]:
        """Accuracy and the ends of its interval, means over draws."""
        ends = ((p.accuracy, p.accuracy_low, p.accuracy_high) for p in self.points)
        value, low, high = (fmean(column) for column in zip(*ends, strict=True))
        return value, low, high

    @property
    def divergence(self) -> float | None:
        """Mean over the draws that were measured; None where none was."""
        return _mean([point.divergence for point in self.points])

    @property
    def seconds(self) -> float | None:
        """Mean over the draws that were measured; None where none was."""
        return _mean([point.seconds for point in self.points])


def by_domain(sweep: Sweep) -> dict[str, Sweep]:
    """Return the sweep of each domain, in the order of the points.

    Args:
        sweep: All settings.

    Returns:
        Domain -> its settings.
    """
    domains = dict.fromkeys(point.domain for point in sweep.points)
    return {
        domain: sweep.model_copy(update={"points": tuple(p for p in sweep.points if p.domain == domain)})
        for domain in domains
    }


def settings_of(sweep: Sweep) -> list[Setting]:
    """Return the settings of every method, methods in their order, each from the least to the most removed.

    Args:
        sweep: Of one domain.

    Returns:
        One entry a method and setting.
    """
    grouped: dict[tuple[str, str], list[SweepPoint]] = {}
    for point in sweep.points:
        grouped.setdefault((point.method, point.setting), []).append(point)
    found = [Setting(method, name, tuple(points)) for (method, name), points in grouped.items()]
    order = methods_of(sweep)
    return sorted(found, key=lambda one: (order.index(one.method), one.removed))


def methods_of(sweep: Sweep) -> list[str]:
    """Return the methods in the order of the points; the first `MOST_METHODS` of them are drawn."""
    return list(dict.fromkeys(point.method for point in sweep.points))


def dense_of(sweep: Sweep) -> SweepPoint | None:
    """Return the model with nothing removed; None where it was not measured."""
    return next((point for point in sweep.points if point.removed == 0), None)


def sweep_chart(sweep: Sweep, legend: alt.Legend | None = None) -> alt.LayerChart | None:
    """Return accuracy against the share of units that went: one line a method, the dense model as a dashed rule.

    Lines join the means over draws, bars are their 95% intervals, pale dots are single draws.

    Args:
        sweep: Of one domain.
        legend: How the methods are told apart inside the drawing; None where a key stands beside it.

    Returns:
        The chart; None where there is no point.
    """
    drawn = _drawn(sweep)
    if not drawn:
        return None
    means = [_row(one) | dict(zip(("v", "low", "high"), map(_short, one.accuracy), strict=True)) for one in drawn]
    draws = [_draw(one, point) | {"v": _short(point.accuracy)} for one in drawn for point in one.points]
    seen = [row[name] for row in means for name in ("low", "high")] + [row["v"] for row in draws]
    margin = max((max(seen) - min(seen)) * 0.04, 0.005)
    scale = alt.Scale(domain=[max(min(seen) - margin, 0.0), min(max(seen) + margin, 1.0)], nice=False, zero=False)
    y = alt.Y("v:Q", axis=alt.Axis(title=None, format=".0%", tickCount=6), scale=scale)
    tooltip = [*_told(), *(alt.Tooltip(f"{name}:Q", title=title, format=".1%") for name, title in _ACCURACIES)]
    base = alt.Chart(rows(means)).encode(x=_share(drawn), color=_methods(sweep, legend))
    layers = [
        *_dense_rule(sweep, y),
        base.mark_line(strokeWidth=2).encode(y=y),
        base.mark_rule(strokeWidth=1.5, opacity=0.55).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        _draws(draws, drawn, sweep, legend, y),
        base.mark_point(filled=True, size=46, opacity=1).encode(y=y, tooltip=tooltip),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=HEIGHT)


def time_chart(sweep: Sweep, legend: alt.Legend | None = None) -> alt.LayerChart | None:
    """Return the time for the test texts against the share of units that went, from zero on.

    Args:
        sweep: Of one domain.
        legend: How the methods are told apart inside the drawing; None where a key stands beside it.

    Returns:
        The chart; None where no time was measured.
    """
    drawn = [one for one in _drawn(sweep) if one.seconds is not None]
    if not drawn:
        return None
    factor, _ = time_unit(sweep)
    means = [_row(one) | {"v": _short((one.seconds or 0.0) / factor)} for one in drawn]
    timed = [(one, point, point.seconds) for one in drawn for point in one.points]
    draws = [_draw(one, p) | {"v": _short(seconds / factor)} for one, p, seconds in timed if seconds is not None]
    most = max(row["v"] for row in draws) * 1.06
    y = alt.Y("v:Q", axis=alt.Axis(title=None, tickCount=6, format="~g"), scale=alt.Scale(domain=[0, most], nice=False))
    base = alt.Chart(rows(means)).encode(x=_share(drawn), color=_methods(sweep, legend), y=y)
    tooltip = [*_told(), alt.Tooltip("v:Q", title="time", format=".3~g")]
    layers = [
        base.mark_line(strokeWidth=2),
        _draws(draws, drawn, sweep, legend, y),
        base.mark_point(filled=True, size=46, opacity=1).encode(tooltip=tooltip),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=HEIGHT)


def time_unit(sweep: Sweep) -> tuple[float, str]:
    """Return what seconds are divided by in the drawing, and the unit that they are then in.

    >>> time_unit(Sweep(title="", points=()))
    (1.0, 's')
    """
    known = sorted(point.seconds for point in sweep.points if point.seconds is not None and isfinite(point.seconds))
    symbol = format_quantity(known[len(known) // 2], "s").partition(" ")[2] if known else "s"
    return UNITS["s"][symbol], symbol.replace("us", "µs")


_ACCURACIES = (("v", "accuracy"), ("low", "95% low"), ("high", "95% high"))


def _drawn(sweep: Sweep) -> list[Setting]:
    shown = methods_of(sweep)[:MOST_METHODS]
    return [one for one in settings_of(sweep) if one.method in shown]


def _row(one: Setting) -> dict[str, Any]:
    return {"method": one.method, "setting": one.name, "x": _short(one.removed)}


def _draw(one: Setting, point: SweepPoint) -> dict[str, Any]:
    return {"method": one.method, "x": _short(point.removed), "draw": point.draw, "many": len(one.points) > 1}


def _draws(
    data: Sequence[dict[str, Any]], drawn: Sequence[Setting], sweep: Sweep, legend: alt.Legend | None, y: alt.Y
) -> alt.Chart:
    # of a single draw the mean is the point
    several = [{name: row[name] for name in row if name != "many"} for row in data if row["many"]]
    dots: alt.Chart = (
        alt.Chart(rows(several))
        .mark_point(filled=True, size=18, opacity=0.5)
        .encode(x=_share(drawn), y=y, color=_methods(sweep, legend))
    )
    return dots


def _share(drawn: Sequence[Setting]) -> alt.X:
    most = max(point.removed for one in drawn for point in one.points)
    last = min(max(ceil(most * 10 + 0.2) / 10, 0.1), 1.0)
    axis = alt.Axis(title="Removed", format=".0%", tickCount=6, labelOverlap="greedy", labelSeparation=8)
    return alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[0, last], nice=False))


def _methods(sweep: Sweep, legend: alt.Legend | None) -> alt.Color:
    shown = methods_of(sweep)[:MOST_METHODS]
    inks = [ink.light for ink in FACTOR_INKS[: len(shown)]]
    return alt.Color("method:N", legend=legend, scale=alt.Scale(domain=shown, range=inks))


def _dense_rule(sweep: Sweep, y: alt.Y) -> list[alt.Chart]:
    dense = dense_of(sweep)
    if dense is None:
        return []
    base = alt.Chart(rows([{"v": _short(dense.accuracy), "text": f"dense {dense.accuracy:.1%}"}])).encode(y=y)
    words = base.mark_text(color=MUTED.light, fontSize=11, align="right", baseline="bottom", dx=-4, dy=-3)
    return [
        base.mark_rule(color=GREY.light, strokeWidth=1, strokeDash=[5, 3]),
        words.encode(x=alt.value("width"), text="text:N"),
    ]


def _told() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("method:N", title="method"),
        alt.Tooltip("setting:N", title="setting"),
        alt.Tooltip("x:Q", title="removed", format=".1%"),
    ]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _short(value: float) -> float:
    return float(f"{value:.5g}")
