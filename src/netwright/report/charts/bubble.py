"""Table IV of the scalability paper as bubbles: colour is the factor, size the magnitude, one row a candidate."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, log2, pi
from typing import Any

import altair as alt

from netwright.records.curve import EXTRAPOLATION_LIMIT
from netwright.records.scalability import Range, Scalability
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.figures import decimal_text, samples_text, value_text
from netwright.report.palette import FACTOR_INKS, MUTED

MOST_ROWS = 16
ROW = 52
_LARGEST = pi * 13.5**2


@dataclass(frozen=True)
class Factor:
    """One factor of table IV.

    Args:
        title: Its name above its column.
        better: Which way is better, in words.
        colour: Its colour.
    """

    title: str
    better: str
    colour: str


FACTORS = tuple(
    Factor(title, better, ink.light)
    for (title, better), ink in zip(
        (
            ("Timing", "less is better"),
            ("Accuracy", "more is better"),
            ("Suitable size", "less is better"),
            ("Scalability %", "more is better"),
            ("Feasible range", "wider is better"),
            ("Optimal range", "wider is better"),
            ("Error elasticity", "more is better"),
            ("Cost elasticity", "less is better"),
        ),
        FACTOR_INKS,
        strict=True,
    )
)


def bubble_chart(columns: Sequence[Scalability], largest: int) -> alt.LayerChart | None:
    """Return table IV as bubbles; the area of a bubble is its share of the largest of its factor.

    A range is as large as the doublings of data that it spans; an elasticity counts without its sign.

    Args:
        columns: Columns of the table, one a candidate; at most `MOST_ROWS` are drawn.
        largest: The largest measured size; a range without end counts up to what may be extrapolated from it.

    Returns:
        The chart; None where there is no column.
    """
    shown = columns[:MOST_ROWS]
    if not shown:
        return None
    data = [row for place, column in enumerate(shown) for row in _bubbles(column, place, largest)]
    _share(data)
    height = ROW * len(shown) + ROW
    y = rows_channel(len(shown), above=0.6)
    base = alt.Chart(rows(data)).encode(x=_x(), y=y)
    layers = [
        base.transform_filter(alt.datum.size > 0).mark_point(filled=True, opacity=0.9).encode(**_bubble_channels()),
        base.mark_text(color=MUTED.light, fontSize=11, dy=ROW / 2 - 5)
        .encode(text="text:N")
        .properties(name="names-values"),
        _titles(y),
        row_titles([column.candidate for column in shown], y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=height)


def magnitude_of(found: Range | None, largest: int) -> float:
    """Return how many doublings of data a range spans.

    Args:
        found: The range; None is empty.
        largest: The largest measured size.

    Returns:
        Doublings; 0 for an empty range.

    >>> magnitude_of(Range(low=500, high=4000), largest=2000)
    3.0
    """
    if found is None or found.low <= 0:
        return 0.0
    return max(log2(min(found.high, EXTRAPOLATION_LIMIT * largest) / found.low), 0.0)


def _bubbles(column: Scalability, place: int, largest: int) -> list[dict[str, Any]]:
    cost = column.cost_elasticity
    ranges = [(magnitude_of(found, largest), _range(found)) for found in (column.feasible, column.optimal)]
    figures = (
        (column.timing[0], value_text(column.timing[0], "s")),
        (column.accuracy[0], value_text(column.accuracy[0], "ratio")),
        (column.suitable, _brief(column.suitable)),
        (column.percent[0], f"{decimal_text(column.percent[0], 0)}%"),
        *ranges,
        (abs(column.error_elasticity[0]), decimal_text(column.error_elasticity[0], 2)),
        (abs(cost[0]) if cost else 0.0, decimal_text(cost[0], 2) if cost else "–"),
    )
    return [
        {"candidate": column.candidate, "place": place, "factor": factor.title, "size": size if isfinite(size) else 0.0,
         "text": text}
        for factor, (size, text) in zip(FACTORS, figures, strict=True)
    ]  # fmt: skip


def _range(found: Range | None) -> str:
    if found is None:
        return "none"
    return f"{_brief(found.low)}–{_brief(found.high)}" if isfinite(found.high) else f"from {_brief(found.low)}"


def _brief(size: float) -> str:
    # columns are narrow, and the table has the number in full
    return f"{size / 1e3:.3g}k" if 1e4 <= size < inf else samples_text(size)


def _share(data: list[dict[str, Any]]) -> None:
    for factor in FACTORS:
        column = [row for row in data if row["factor"] == factor.title]
        most = max(row["size"] for row in column)
        for row in column:
            row["size"] = round(row["size"] / most, 3) if most > 0 else 0.0


def _x() -> alt.X:
    return alt.X("factor:N", sort=[factor.title for factor in FACTORS], axis=None)


def _titles(y: alt.Y) -> alt.Chart:
    titles = alt.Chart(
        rows(
            [
                {"factor": f.title, "title": f.title.replace(" ", "\n"), "place": -0.75, "colour": f.colour}
                for f in FACTORS
            ]
        )
    )
    drawn: alt.Chart = (
        titles.mark_text(fontSize=11, fontWeight=600, lineBreak="\n", baseline="middle")
        .encode(x=_x(), y=y, text="title:N", color=alt.Color("colour:N", scale=None, legend=None))
        .properties(name="names-columns")
    )
    return drawn


def _bubble_channels() -> dict[str, Any]:
    titles, colours = [f.title for f in FACTORS], [f.colour for f in FACTORS]
    return {
        "size": alt.Size("size:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, _LARGEST])),
        "color": alt.Color("factor:N", legend=None, scale=alt.Scale(domain=titles, range=colours)),
        "tooltip": [
            alt.Tooltip("candidate:N", title="candidate"),
            alt.Tooltip("factor:N", title="factor"),
            alt.Tooltip("text:N", title="value"),
            alt.Tooltip("size:Q", title="share of the largest", format=".0%"),
        ],
    }
