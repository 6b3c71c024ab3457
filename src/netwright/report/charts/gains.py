"""What one change of a recipe buys at every size: the difference of accuracy, with its interval and a line at zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import altair as alt

from netwright.records.decision import Decision
from netwright.records.gain import Gain
from netwright.report.charts.channels import images_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import GREY, candidate_colours

HEIGHT = 170
_SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+.2~f')"


@dataclass(frozen=True)
class GainPanel:
    """The gains of one pair of candidates.

    Args:
        change: `augment` or `weights`.
        with_change: The candidate that has it.
        without: The one that has not.
        chart: The drawing.
    """

    change: str
    with_change: str
    without: str
    chart: alt.LayerChart


def gain_panels(decision: Decision, gains: Sequence[Gain]) -> list[GainPanel]:
    """Return a panel for each pair of candidates that differ in one change; all share their axes.

    Args:
        decision: The decision, which gives candidates their colours.
        gains: Every gain; those that are not finite are left out.

    Returns:
        The panels, in the order of the gains.
    """
    known = [gain for gain in gains if isfinite(gain.value)]
    if not known:
        return []
    ends = [end for gain in known for end in (gain.value, gain.low, gain.high) if isfinite(end)]
    margin = max((max(*ends, 0.0) - min(*ends, 0.0)) * 0.08, 0.004)
    domain = (min(*ends, 0.0) - margin, max(*ends, 0.0) + margin)
    sizes = sorted({gain.size for gain in known})
    colours = candidate_colours(decision)
    panels = []
    for pair in dict.fromkeys((gain.change, gain.with_change, gain.without) for gain in known):
        own = [gain for gain in known if (gain.change, gain.with_change, gain.without) == pair]
        chart = _panel(own, colours.get(pair[1], GREY.light), sizes, domain)
        panels.append(GainPanel(*pair, chart))
    return panels


def _panel(gains: Sequence[Gain], colour: str, sizes: Sequence[int], domain: tuple[float, float]) -> alt.LayerChart:
    data = rows([_row(gain) for gain in gains])
    x = images_channel(sizes, sizes[-1] * 1.06)
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    y = alt.Y("value:Q", axis=alt.Axis(title=None, tickCount=4, labelExpr=_SIGNED), scale=scale)
    base = alt.Chart(data).encode(x=x, tooltip=_tooltip())
    layers = [
        alt.Chart(rows([{"value": 0.0}])).mark_rule(color=GREY.light, strokeWidth=1).encode(y=y),
        base.mark_line(color=colour, strokeWidth=1, opacity=0.5).encode(y=y),
        base.mark_rule(color=colour, strokeWidth=1.5).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        base.mark_point(color=colour, filled=True, size=50, opacity=1).encode(y=y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=HEIGHT)


def _row(gain: Gain) -> dict[str, Any]:
    ends = (gain.low, gain.high) if isfinite(gain.low) and isfinite(gain.high) else (gain.value, gain.value)
    value, low, high = (round(end, 4) for end in (gain.value, *ends))
    return {"n": gain.size, "value": value, "low": low, "high": high, "seeds": gain.seeds}


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("n:Q", title="training samples", format=",d"),
        alt.Tooltip("value:Q", title="accuracy gained", format="+.4f"),
        alt.Tooltip("low:Q", title="90% low", format="+.4f"),
        alt.Tooltip("high:Q", title="90% high", format="+.4f"),
        alt.Tooltip("seeds:N", title="seeds"),
    ]
