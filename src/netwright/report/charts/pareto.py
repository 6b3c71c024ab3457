"""What is traded for what: accuracy against a second quality, with 90% intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import altair as alt

from netwright.records.decision import Assessment, Decision
from netwright.records.measurement import Measurement
from netwright.records.quality import Quality
from netwright.records.scenario import Constraint
from netwright.report.charts.axis import Axis, axis_of
from netwright.report.charts.channels import value_channel
from netwright.report.charts.labels import is_left, place_beside
from netwright.report.charts.theme import FITTED, LETTER, rows
from netwright.report.figures import limit_text, measured_text
from netwright.report.palette import GREY, MUTED, candidate_colours, candidate_slots

HEIGHT = 400
_WIDTH = 640.0  # the labels are placed for this width; narrower drawings keep them apart, since they are moved upwards
_STAR = "M0,-1L.24,-.32L.95,-.31L.38,.12L.59,.81L0,.4L-.59,.81L-.38,.12L-.95,-.31L-.24,-.32Z"


@dataclass(frozen=True)
class Pair:
    """The two qualities that a trade-off is drawn in.

    Args:
        across: The quality on the horizontal axis.
        up: The quality on the vertical axis.
    """

    across: Quality
    up: Quality


def traded_pair(decision: Decision) -> Pair | None:
    """Return the two qualities that matter most: the first preferred one up, the next preferred or limited one across.

    Args:
        decision: The decision.

    Returns:
        The pair; None where fewer than two qualities were measured on any candidate.
    """
    known = {quality.name: quality for quality in decision.qualities}
    measured = {m.quality for a in decision.candidates for m in a.measurements if isfinite(m.value)}
    wanted = [
        *decision.scenario.preferences.order,
        *(limit.quality for limit in decision.scenario.constraints),
        "accuracy",
        "training_time",
        *known,
    ]
    names = list(dict.fromkeys(name for name in wanted if name in known and name in measured))
    if len(names) < 2:
        return None
    return Pair(across=known[names[1]], up=known[names[0]])


def pareto_chart(decision: Decision) -> alt.LayerChart | None:
    """Return the drawing of the candidates in their two most important qualities.

    Args:
        decision: The decision.

    Returns:
        The chart; None where no candidate has both qualities.
    """
    pair = traded_pair(decision)
    shown = [a for a in decision.candidates if pair is not None and _has(a, pair)]
    if pair is None or not shown:
        return None
    across, up = _axis(decision, shown, pair.across), _axis(decision, shown, pair.up)
    x, y = value_channel(alt.X, "x", across), value_channel(alt.Y, "y", up)
    data = rows(_rows(decision, shown, pair, (across, up)))
    base = alt.Chart(data).encode(color=alt.Color("colour:N", scale=None, legend=None))
    layers = [
        *_limits(decision, pair, (across, up)),
        base.mark_rule(strokeWidth=1.2).encode(x=value_channel(alt.X, "x_low", across), x2="x_high", y=y),
        base.mark_rule(strokeWidth=1.2).encode(x=x, y=value_channel(alt.Y, "y_low", up), y2="y_high"),
        *_marks(base, x, y),
        *_knee(base, decision, x, y),
        *_names(base, x, value_channel(alt.Y, "label_y", up)),
    ]
    return alt.LayerChart(
        layer=layers,
        autosize=FITTED,
    ).properties(height=HEIGHT)


def _has(assessment: Assessment, pair: Pair) -> bool:
    found = [assessment.measured(quality.name) for quality in (pair.across, pair.up)]
    return all(m is not None and isfinite(m.value) for m in found)


def _axis(decision: Decision, shown: Sequence[Assessment], quality: Quality) -> Axis:
    measured = [m for a in shown if (m := a.measured(quality.name)) is not None]
    values = [value for m in measured for value in (m.value, m.low, m.high)]
    bounds = [limit.bound for limit in decision.scenario.constraints if limit.quality == quality.name]
    return axis_of(quality.title, quality.unit, [*values, *bounds])


def _rows(decision: Decision, shown: Sequence[Assessment], pair: Pair, axes: tuple[Axis, Axis]) -> list[dict[str, Any]]:
    across, up = axes
    colours = candidate_colours(decision)
    made = []
    for assessment in shown:
        knee = decision.tradeoffs is not None and decision.tradeoffs.knee == assessment.name
        row: dict[str, Any] = {"name": assessment.name, "status": assessment.status, "knee": int(knee)}
        row["colour"] = GREY.light if assessment.status == "rejected" else colours[assessment.name]
        for letter, quality, axis in (("x", pair.across, across), ("y", pair.up, up)):
            measurement = assessment.measured(quality.name)
            if measurement is not None:
                row[letter] = measurement.value / axis.factor
                row |= _ends(letter, measurement, axis)
                row[f"{letter}_text"] = f"{quality.title} {measured_text(measurement)}"
        made.append(row)
    return _with_labels(made, across, up, candidate_slots(decision))


def _ends(letter: str, measured: Measurement, axis: Axis) -> dict[str, float]:
    ends = {"low": measured.low, "high": measured.high}
    return {
        f"{letter}_{end}": (value if isfinite(value) else measured.value) / axis.factor for end, value in ends.items()
    }


def _with_labels(
    made: list[dict[str, Any]], across: Axis, up: Axis, slots: Mapping[str, int | None]
) -> list[dict[str, Any]]:
    # where candidates are many, only those with a colour have their name written: the others' would cover the points
    named = [row for row in made if slots[row["name"]] is not None]
    places = [
        (across.place(row["x"] * across.factor) * _WIDTH, (1 - up.place(row["y"] * up.factor)) * HEIGHT)
        for row in named
    ]
    moves = place_beside(places, [LETTER * len(row["name"]) for row in named], height=15.0, middle=_WIDTH / 2)
    for row, (x, y), move in zip(named, places, moves, strict=True):
        row["side"] = "right" if is_left(x, _WIDTH / 2) else "left"
        row["label_y"] = up.at(1 - (y + move) / HEIGHT)
    return made


def _limits(decision: Decision, pair: Pair, axes: tuple[Axis, Axis]) -> list[alt.Chart]:
    across, up = axes
    layers = []
    for limit in decision.scenario.constraints:
        text = f"required: {limit_text(limit.text)}"
        if limit.quality == pair.across.name:
            data = rows([{"x": limit.bound / across.factor, "text": text}])
            line = alt.Chart(data).encode(x=value_channel(alt.X, "x", across))
            words = line.encode(y=alt.value(HEIGHT - 8), text="text:N")
            layers += [_rule(line), words.mark_text(**_words(limit), baseline="bottom")]
        elif limit.quality == pair.up.name:
            data = rows([{"y": limit.bound / up.factor, "text": text}])
            line = alt.Chart(data).encode(y=value_channel(alt.Y, "y", up))
            words = line.encode(x=alt.value(6), text="text:N")
            layers += [_rule(line), words.mark_text(color=MUTED.light, fontSize=11, align="left", dy=9)]
    return layers


def _rule(line: alt.Chart) -> alt.Chart:
    drawn: alt.Chart = line.mark_rule(color=MUTED.light, strokeWidth=1, strokeDash=[5, 3])
    return drawn


def _words(limit: Constraint) -> dict[str, Any]:
    side = {"align": "right", "dx": -6} if limit.relation == "<=" else {"align": "left", "dx": 6}
    return {"color": MUTED.light, "fontSize": 11, **side}


def _marks(base: alt.Chart, x: Any, y: Any) -> list[alt.Chart]:
    # titles of tooltips become code inside Vega: they are ours, and the qualities' titles are data
    tooltip = [
        alt.Tooltip("name:N", title="candidate"),
        alt.Tooltip("status:N", title="status"),
        alt.Tooltip("y_text:N", title="upwards"),
        alt.Tooltip("x_text:N", title="across"),
    ]
    looks: dict[str, dict[str, Any]] = {
        "chosen": {"filled": True, "shape": _STAR, "size": 420},
        "front": {"filled": True, "shape": "circle", "size": 110},
        "dominated": {"filled": False, "shape": "circle", "size": 90, "strokeWidth": 2},
        "rejected": {"filled": False, "shape": "M-.6,-.6L.6,.6M.6,-.6L-.6,.6", "size": 420, "strokeWidth": 2},
    }
    return [
        base.transform_filter(alt.datum.status == status)
        .mark_point(opacity=1, **look)
        .encode(x=x, y=y, tooltip=tooltip)
        for status, look in looks.items()
    ]


def _knee(base: alt.Chart, decision: Decision, x: Any, y: Any) -> list[alt.Chart]:
    if decision.tradeoffs is None or decision.tradeoffs.knee is None:
        return []
    knee = base.transform_filter(alt.datum.knee == 1)
    ring = knee.mark_point(filled=False, shape="circle", size=300, strokeWidth=1.5, strokeDash=[3, 2], opacity=1)
    return [ring.encode(x=x, y=y)]


def _names(base: alt.Chart, x: Any, y: Any) -> list[alt.Chart]:
    looks: dict[str, dict[str, Any]] = {"right": {"align": "left", "dx": 8}, "left": {"align": "right", "dx": -8}}
    return [
        base.transform_filter(alt.datum.side == side)
        .mark_text(fontSize=12, fontWeight=600, baseline="middle", **look)
        .encode(x=x, y=y, text="name:N")
        for side, look in looks.items()
    ]
