"""How every drawing looks: type, lines, colours, and how it fits its place."""

from typing import Any

import altair as alt

from netwright.report.palette import GREY, LINE, MUTED, TEXT

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
FITTED = alt.AutoSizeParams(type="fit-x", contains="padding")
"""A drawing is as wide as its place, with everything that belongs to it."""
LETTER = 6.6
"""Pixels that a letter of a label takes, on the generous side."""

_AXIS = {
    "domainColor": GREY.light,
    "gridColor": LINE.light,
    "labelColor": MUTED.light,
    "labelFontSize": 12,
    "labelPadding": 6,
    "tickColor": GREY.light,
    "tickSize": 4,
    "titleColor": MUTED.light,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "titlePadding": 10,
}

CONFIG: dict[str, Any] = {
    "aria": False,  # the element around the drawing says in words what it shows
    "font": FONT,
    "background": None,
    "axis": _AXIS,
    "axisY": {"domain": False, "ticks": False, "titleAlign": "left", "titleAngle": 0, "titleAnchor": "end"},
    "axisX": {"grid": False},
    "view": {"stroke": None},
    "title": {"color": TEXT.light, "fontSize": 13, "fontWeight": 600, "anchor": "start", "offset": 10},
}


def spec_of(chart: Any) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart in the house's dress.

    Args:
        chart: An Altair chart of any kind.

    Returns:
        The specification, JSON-able but for NaN.
    """
    # the rows are ours and plain; checking each against the schema takes seconds in a large study
    specification: dict[str, Any] = chart.to_dict(validate=False)
    return specification | {"config": CONFIG}


def rows(values: list[dict[str, Any]]) -> alt.InlineData:
    """Return rows as inline data.

    Args:
        values: One mapping a row.

    Returns:
        The data.
    """
    data = alt.InlineData(values=[])
    # a tuple that is set afterwards is carried along as it is; lists are checked and copied again in every layer
    data["values"] = tuple(values)
    return data
