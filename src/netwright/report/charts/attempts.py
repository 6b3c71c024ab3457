"""A modification search: the score of each proposal over time, and against its cost."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

import altair as alt

from netwright.records.search import Attempt, Search
from netwright.report.charts.axis import axis_of
from netwright.report.charts.channels import value_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.figures import value_text
from netwright.report.palette import CANDIDATE_INKS, FACTOR_INKS, GREY, TEXT

HEIGHT = 280
KIND_TITLES = {"layers": "number of layers", "values": "values", "which": "which are used"}
KIND_INKS = {"layers": FACTOR_INKS[4], "values": FACTOR_INKS[2], "which": FACTOR_INKS[6]}
_DIAMOND = "diamond"


def best_attempt(search: Search) -> Attempt | None:
    """Return the proposal that was compared with the hand-written candidate, or else the one of the highest score.

    Args:
        search: The search.

    Returns:
        The attempt; None where no proposal has a score.
    """
    scored = [attempt for attempt in search.attempts if attempt.kind is not None and isfinite(attempt.score)]
    compared = search.comparison.variant if search.comparison else None
    same = [a for a in scored if compared is not None and a.candidate.model_copy(update={"name": ""})
            == compared.model_copy(update={"name": ""})]  # fmt: skip
    return max(same or scored, key=lambda attempt: attempt.score, default=None)


def progress_chart(search: Search) -> alt.LayerChart | None:
    """Return the drawing of the scores in the order of the proposals, with the best so far as a line.

    Args:
        search: The search.

    Returns:
        The chart; None where nothing was scored.
    """
    data = _rows(search, 1.0)
    if not data:
        return None
    last = max(attempt.number for attempt in search.attempts)
    x = alt.X(
        "number:Q",
        axis=alt.Axis(title="Proposal, in order", tickMinStep=1, tickCount=6, format="d"),
        scale=alt.Scale(domain=[-0.02 * max(last, 1), max(last, 1) * 1.02], nice=False),
    )
    y = _score_axis(data)
    best = [{"number": row["number"], "score": max(r["score"] for r in data[: i + 1])} for i, row in enumerate(data)]
    line = alt.Chart(rows(best)).mark_line(color=GREY.light, strokeWidth=1.5, interpolate="step-after").encode(x=x, y=y)
    return alt.LayerChart(layer=[line, *_marks(data, x, y)], autosize=FITTED).properties(height=HEIGHT)


def attempts_chart(search: Search) -> alt.LayerChart | None:
    """Return the drawing of score against cost; the hand-written candidate is a diamond, the best proposal a star.

    Args:
        search: The search.

    Returns:
        The chart; None where no proposal has both.
    """
    costs = [a.cost for a in search.attempts if isfinite(a.cost) and isfinite(a.score)]
    if not costs:
        return None
    axis = axis_of("Operations of one sample", "FLOP", costs)
    data = [row for row in _rows(search, axis.factor) if "cost" in row]
    layers = _marks(data, value_channel(alt.X, "cost", axis), _score_axis(data))
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=HEIGHT)


def _rows(search: Search, factor: float) -> list[dict[str, Any]]:
    best = best_attempt(search)
    made = []
    for attempt in search.attempts:
        if isfinite(attempt.score):
            row = _row(attempt, factor)
            row["mark"] = "hand" if attempt.kind is None else "best" if attempt is best else row["mark"]
            made.append(row)
    return made


def _row(attempt: Attempt, factor: float) -> dict[str, Any]:
    changes = ", ".join(f"{key}: {value}" for key, value in attempt.changes.items())
    row: dict[str, Any] = {
        "number": attempt.number,
        "score": round(attempt.score, 4),
        "kind": attempt.kind or "hand-written",
        "mark": "stopped" if attempt.stopped else "ended",
        "changes": changes if len(changes) <= 200 else changes[:199] + "…",
        "told": value_text(attempt.cost, "FLOP"),
    }
    return row | ({"cost": float(f"{attempt.cost / factor:.4g}")} if isfinite(attempt.cost) else {})


def _score_axis(data: Sequence[dict[str, Any]]) -> alt.Y:
    scores = [row["score"] for row in data]
    margin = max((max(scores) - min(scores)) * 0.06, 0.005)
    return alt.Y(
        "score:Q",
        axis=alt.Axis(title="Accuracy on the validation samples", format=".2~f", tickCount=5, titleY=-14, titleX=0),
        scale=alt.Scale(domain=[min(scores) - margin, max(scores) + margin], nice=False, zero=False),
    )


def _marks(data: list[dict[str, Any]], x: Any, y: alt.Y) -> list[alt.Chart]:
    kinds = ["hand-written", *KIND_INKS]
    inks = [TEXT.light, *(ink.light for ink in KIND_INKS.values())]
    colour = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=kinds, range=inks))
    tooltip = [
        alt.Tooltip("number:N", title="proposal"),
        alt.Tooltip("kind:N", title="changes"),
        alt.Tooltip("changes:N", title="to"),
        alt.Tooltip("score:Q", title="validation accuracy", format=".4f"),
        alt.Tooltip("told:N", title="operations of one sample"),
    ]
    base = alt.Chart(rows(data)).encode(x=x, y=y, tooltip=tooltip)
    looks: dict[str, dict[str, Any]] = {
        "stopped": {"filled": False, "size": 40, "strokeWidth": 1.4},
        "ended": {"filled": True, "size": 46, "opacity": 0.85},
    }
    named: dict[str, dict[str, Any]] = {
        "hand": {"shape": _DIAMOND, "size": 170, "color": TEXT.light},
        "best": {"shape": "M0,-1L.24,-.32L.95,-.31L.38,.12L.59,.81L0,.4L-.59,.81L-.38,.12L-.95,-.31L-.24,-.32Z",
                 "size": 380, "color": CANDIDATE_INKS[0].light},
    }  # fmt: skip
    dots = [
        base.transform_filter(alt.datum.mark == mark).mark_point(**look).encode(color=colour)
        for mark, look in looks.items()
    ]
    return dots + [
        base.transform_filter(alt.datum.mark == mark).mark_point(filled=True, opacity=1, **look)
        for mark, look in named.items()
    ]
