"""Several trainings side by side: a row a kind of symmetry, a column a training, measured solid and theory dotted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from netwright.records.dynamics import ChargeSeries, Dynamics
from netwright.records.symmetry import SymmetryKind
from netwright.report.charge_laws import LAWS
from netwright.report.charts.dynamics import DASHES, DOTS, known, last_step, steps_channel
from netwright.report.charts.theme import rows
from netwright.report.families import MOST_FAMILIES, Reading, kinds_of, movement, readings
from netwright.report.palette import FACTOR_INKS, TEXT

PANEL_WIDTH, PANEL_HEIGHT = 190, 150
"""Of one panel where several stand side by side, in pixels."""
SINGLE_WIDTH, SINGLE_HEIGHT = 640, 300
"""Of a panel that stands alone."""
SHOWN: tuple[SymmetryKind, ...] = ("translation", "scale", "rescale")
"""Kinds that stand side by side where none are named: those of the slides."""
_LINES = {"measured": (1, 0), "exact law": DOTS, "continuous theory": DASHES}


def panel_grid(records: Sequence[Dynamics], kinds: Sequence[SymmetryKind] = SHOWN) -> alt.VConcatChart | None:
    """Return all panels of several trainings: a row a kind, a column a training.

    Args:
        records: The trainings; of one network, so that families have the same places.
        kinds: The rows, from top to bottom; kinds of which nothing was read are left out.

    Returns:
        The chart; None where there is nothing to draw.
    """
    found = [row for kind in kinds if (row := panels(records, kind)) is not None]
    if not found:
        return None
    grid: alt.VConcatChart = alt.vconcat(*found, spacing=28).resolve_scale(color="independent")
    return grid


def panels(records: Sequence[Dynamics], kind: SymmetryKind) -> alt.HConcatChart | None:
    """Return one kind of charge in several trainings, one panel each; all of them share their axes and colours.

    Args:
        records: The trainings. A panel bears the training's title where titles tell them apart, else its optimizer.
        kind: Of the symmetry.

    Returns:
        The chart; None where no training has readings of this kind.
    """
    seen = [record for record in records if kind in kinds_of(record)]
    if not seen:
        return None
    places = _places(seen, kind)
    own = [tuple(series for series in _of_kind(record, kind) if series.place in places) for record in seen]
    points = [reading for one in own for series in one for reading in readings(series)]
    axes = _Axes(max(last_step(one) for one in own if one), _domain(points), places)
    width, height = (SINGLE_WIDTH, SINGLE_HEIGHT) if len(seen) == 1 else (PANEL_WIDTH, PANEL_HEIGHT)
    drawn = [
        _panel(one, axes).properties(width=width, height=height, title=alt.TitleParams(title))
        for one, title in zip(own, _titles(seen, kind), strict=True)
    ]
    row: alt.HConcatChart = alt.hconcat(*drawn, spacing=18).resolve_scale(color="shared", strokeDash="shared")
    return row


@dataclass(frozen=True)
class _Axes:
    """What the panels of a row share."""

    last: int
    domain: tuple[float, float]
    places: tuple[str, ...]


def _panel(series: Sequence[ChargeSeries], axes: _Axes) -> alt.LayerChart:
    data = [{"place": one.place} | _row(reading) for one in series for reading in readings(one)]
    base = alt.Chart(rows(data)).encode(x=steps_channel(axes.last))
    inks = [ink.light for ink in FACTOR_INKS[: len(axes.places)]]
    legend = alt.Legend(symbolType="stroke", symbolStrokeWidth=4, symbolSize=200, labelLimit=260)
    colour = alt.Color("place:N", title=None, legend=legend, scale=alt.Scale(domain=list(axes.places), range=inks))
    lines = {
        "m": base.mark_line(strokeWidth=4, opacity=0.7).encode(color=colour, strokeDash=_line("measured")),
        "c": base.mark_line(strokeWidth=1.5).encode(color=colour, strokeDash=_line("continuous theory")),
        "p": base.mark_line(strokeWidth=2, strokeCap="round", color=TEXT.light).encode(
            detail="place:N", strokeDash=_line("exact law")
        ),
    }
    return alt.LayerChart(
        layer=[line.encode(y=_charges(field, axes)) for field, line in lines.items() if known(data, field)]
    )


def _charges(field: str, axes: _Axes) -> alt.Y:
    scale = alt.Scale(domain=list(axes.domain), zero=False, nice=True)
    return alt.Y(
        f"{field}:Q", axis=alt.Axis(title=None, tickCount=4, format="~g", grid=True, minExtent=42), scale=scale
    )


def _line(name: str) -> alt.StrokeDashDatum:
    scale = alt.Scale(domain=list(_LINES), range=[list(dash) for dash in _LINES.values()])
    return alt.StrokeDashDatum(
        name,
        scale=scale,
        legend=alt.Legend(title=None, symbolType="stroke", symbolSize=500, symbolStrokeColor=TEXT.light),
    )


def _row(reading: Reading) -> dict[str, Any]:
    values = {"m": reading.measured, "p": reading.predicted, "c": reading.flow}
    return {"n": reading.step} | {name: None if v is None else float(f"{v:.6g}") for name, v in values.items()}


def _places(records: Sequence[Dynamics], kind: SymmetryKind) -> tuple[str, ...]:
    # what moves most in any of the trainings is shown in all of them
    seen = [series for record in records for series in _of_kind(record, kind)]
    ranked = sorted(seen, key=lambda series: -movement(series))
    chosen = list(dict.fromkeys(series.place for series in ranked))[:MOST_FAMILIES]
    return tuple(place for place in dict.fromkeys(series.place for series in seen) if place in chosen)


def _of_kind(record: Dynamics, kind: SymmetryKind) -> tuple[ChargeSeries, ...]:
    return tuple(series for series in record.series if series.kind == kind and series.measured)


def _domain(points: Sequence[Reading]) -> tuple[float, float]:
    values = [value for p in points for value in (p.measured, p.predicted, p.flow) if value is not None]
    low, high = min(values), max(values)
    margin = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    return low - margin, high + margin


def _titles(records: Sequence[Dynamics], kind: SymmetryKind) -> list[list[str]]:
    titles = [record.title for record in records]
    if len(set(titles)) < len(titles):
        titles = [record.optimizer for record in records]
    # the kind stands once, over the first panel; the others keep its line free
    return [[LAWS[kind].title if place == 0 else " ", title] for place, title in enumerate(titles)]
