"""The trained models under each backend: time of one sample, with its 90% interval, over backend and threads."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from netwright.records.backend import BackendRun
from netwright.records.decision import Decision
from netwright.report.charts.axis import axis_of
from netwright.report.charts.channels import candidate_channel, value_channel
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.figures import count_text, interval_text, value_text
from netwright.report.palette import LINE, candidate_slots

_STEP = 11


def way_of(run: BackendRun) -> str:
    """Return a way to run a model in words.

    >>> way_of(BackendRun(candidate="mlp", backend="onnx", threads=2, runs=False))
    'onnx, 2 threads'
    """
    device = "" if run.device == "cpu" else f", {run.device}"
    return f"{run.backend}{device}, {count_text(run.threads, 'thread')}"


def backend_chart(decision: Decision, runs: Sequence[BackendRun]) -> alt.LayerChart | None:
    """Return the drawing of the candidates that have a colour, one row a way to run them.

    Args:
        decision: The decision, which gives candidates their colours.
        runs: Every run; those that did not run are left out.

    Returns:
        The chart; None where nothing ran.
    """
    slots = candidate_slots(decision)
    shown = [run for run in runs if run.runs and slots.get(run.candidate) is not None]
    if not shown:
        return None
    ways = list(dict.fromkeys(way_of(run) for run in shown))
    names = list(dict.fromkeys(run.candidate for run in shown))
    axis = axis_of("Time of one sample", "s", [time for run in shown for time in (run.seconds, run.low, run.high)])
    data = [_row(run, axis.factor, ways, names) for run in shown]
    row = _STEP * len(names) + 8
    y = rows_channel(len(ways))
    base = alt.Chart(rows(data)).encode(y=y, color=candidate_channel(decision), tooltip=_tooltip())
    lines = rows([{"place": place - 0.5} for place in range(1, len(ways))])
    layers = [
        alt.Chart(lines).mark_rule(color=LINE.light).encode(y=y),
        base.mark_rule(strokeWidth=2).encode(x=value_channel(alt.X, "low", axis), x2="high:Q"),
        base.mark_point(filled=True, size=46, opacity=1).encode(x=value_channel(alt.X, "seconds", axis)),
        row_titles(ways, rows_channel(len(ways))),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=len(ways) * row)


def _row(run: BackendRun, factor: float, ways: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    # within the row of its way, each candidate has a line of its own
    own = (names.index(run.candidate) + 0.5) / len(names) - 0.5
    place = ways.index(way_of(run)) + own * 0.8
    times = {"seconds": run.seconds, "low": run.low, "high": run.high}
    told = f"{value_text(run.seconds, 's')} ({interval_text(run.low, run.high, 's')})"
    scaled = {key: float(f"{value / factor:.4g}") for key, value in times.items()}
    return {"name": run.candidate, "way": way_of(run), "place": round(place, 3), "told": told, **scaled}


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title="candidate"),
        alt.Tooltip("way:N", title="backend"),
        alt.Tooltip("told:N", title="one sample"),
    ]
