"""The drawings of a validation: the share of each class in both parts, and how far each column moved."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from netwright.records.validation import Drift, Profile
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY

MOST_ROWS = 30
"""Classes and columns that a drawing shows; tables hold the rest."""
SOME, MUCH = 0.1, 0.25
"""Population stability indices at which a distribution moved somewhat, and much."""
_CLASS_ROW, _DRIFT_ROW = 34, 26


def shares_chart(profile: Profile) -> alt.LayerChart | None:
    """Return the share of each class in the training part and in the test part.

    Args:
        profile: The statistics; the first `MOST_ROWS` classes are drawn.

    Returns:
        The chart; None where there is no sample.
    """
    names = profile.classes[:MOST_ROWS]
    data: list[dict[str, Any]] = []
    for part, counts, own in (("training", profile.train, -0.17), ("test", profile.test, 0.17)):
        total = sum(counts)
        data += [
            {"name": name, "part": part, "place": place + own, "share": round(count / total, 5), "n": count, "zero": 0}
            for place, (name, count) in enumerate(zip(names, counts, strict=False))
            if total
        ]
    if not data:
        return None
    most = max(row["share"] for row in data) * 1.05 or 1.0
    x = alt.X(
        "share:Q",
        axis=alt.Axis(title="Share of the samples of the part", format=".2~%", tickCount=5),
        scale=alt.Scale(domain=[0, most], nice=False),
    )
    inks = alt.Scale(domain=["training", "test"], range=[FACTOR_INKS[0].light, FACTOR_INKS[2].light])
    tooltip = [
        alt.Tooltip("name:N", title="class"),
        alt.Tooltip("part:N"),
        alt.Tooltip("share:Q", format=".2%"),
        alt.Tooltip("n:Q", title=profile.samples, format=","),
    ]
    y = rows_channel(len(names))
    bars = (
        alt.Chart(rows(data))
        .mark_bar(height=9)
        .encode(x=x, x2="zero:Q", y=y, color=alt.Color("part:N", legend=None, scale=inks), tooltip=tooltip)
    )
    layers = [bars, row_titles(names, y)]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=_CLASS_ROW * len(names))


def drift_chart(drifts: Sequence[Drift]) -> alt.LayerChart | None:
    """Return how far each column moved, with lines where that is somewhat, and much.

    Args:
        drifts: The drifts, the largest first; the first `MOST_ROWS` are drawn.

    Returns:
        The chart; None where there is none.
    """
    shown = drifts[:MOST_ROWS]
    if not shown:
        return None
    data = [
        {"place": place, "name": one.name, "psi": round(one.psi, 4), "distance": round(one.distance, 4), "zero": 0,
         "chance": f"{one.chance:.2g}", "far": "much" if one.psi >= MUCH else "some" if one.psi >= SOME else "little"}
        for place, one in enumerate(shown)
    ]  # fmt: skip
    most = max(MUCH * 1.2, *(one.psi * 1.05 for one in shown))
    scale = alt.Scale(domain=[0, most], nice=False)
    x = alt.X("psi:Q", axis=alt.Axis(title="Population stability index", tickCount=5), scale=scale)
    inks = alt.Scale(
        domain=["little", "some", "much"], range=[FACTOR_INKS[4].light, FACTOR_INKS[2].light, FACTOR_INKS[3].light]
    )
    tooltip = [
        alt.Tooltip("name:N", title="column"),
        alt.Tooltip("psi:Q", title="PSI", format=".3f"),
        alt.Tooltip("distance:Q", title="distance (KS)", format=".3f"),
        alt.Tooltip("chance:N", title="by chance"),
    ]
    y = rows_channel(len(shown))
    base = alt.Chart(rows(data)).encode(y=y, tooltip=tooltip)
    limits = alt.Chart(rows([{"psi": SOME}, {"psi": MUCH}]))
    layers = [
        base.mark_bar(height=12).encode(x=x, x2="zero:Q", color=alt.Color("far:N", legend=None, scale=inks)),
        limits.mark_rule(color=GREY.light, strokeDash=[4, 3]).encode(x=alt.X("psi:Q", scale=scale)),
        row_titles([one.name for one in shown], y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=_DRIFT_ROW * max(2, len(shown)))
