"""The confusion matrix: a row a class, a column an answer, darker where more of the row's samples are."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import altair as alt

from netwright.records.evaluation import Answers
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY, GROUND, TEXT

RIGHT, WRONG = FACTOR_INKS[1], FACTOR_INKS[3]
"""Colours of the diagonal and of what is beside it."""
FIGURES_UP_TO = 20
"""Classes up to which each cell bears its count."""
_FEW, _MANY = (30.0, 30.0, 12), (8.4, 11.0, 9)
"""Least width of a cell in pixels, its height, and size of the names; of few classes, and of many."""
_LETTER, _LONGEST = 0.52, 28
"""Width of a letter as a share of its size, and letters of a name."""
_FAINTEST = 0.12
_FOLLOWED = 5
_STRONG = 0.65


def confusion_chart(answers: Answers, classes: Sequence[str]) -> alt.LayerChart:
    """Return the confusion matrix of answers.

    The opacity of a cell is the square root of its share of the row, so that a confusion of one in a hundred is seen;
    cells without a sample are left empty.

    Args:
        answers: The answers.
        classes: What each label means.

    Returns:
        The chart; its least width is `matrix_width`.
    """
    names, few = _short(classes), len(classes) <= FIGURES_UP_TO
    scale = alt.Scale(domain=list(names), paddingInner=0.06, paddingOuter=0)
    across = alt.X("a:N", sort=list(names), scale=scale, axis=_axis(len(classes), -90))
    down = alt.Y("t:N", sort=list(names), scale=scale, axis=_axis(len(classes), 0))
    base = alt.Chart(rows(_cells(answers, classes, names))).encode(x=across, y=down)
    inks = alt.Scale(domain=["right", "wrong"], range=[RIGHT.light, WRONG.light])
    tooltip = [
        alt.Tooltip("truth:N", title="class"),
        alt.Tooltip("answer:N"),
        alt.Tooltip("n:Q", title=answers.samples),
        alt.Tooltip("s:Q", title="of the class", format=".1%"),
    ]
    opacity = alt.Opacity("o:Q", scale=None)
    drawn = [
        base.mark_rect().encode(color=alt.Color("what:N", legend=None, scale=inks), opacity=opacity, tooltip=tooltip)
    ]
    if few:
        figure = alt.condition(f"datum.o > {_STRONG}", alt.value(GROUND.light), alt.value(TEXT.light))
        drawn.append(base.mark_text(fontSize=11).encode(text="n:Q", color=figure))
    else:
        # so that a row can be followed to its name
        ends = rows([{"t": name} for name in names[::_FOLLOWED]])
        drawn.insert(0, alt.Chart(ends).mark_rule(color=GREY.light, opacity=0.3).encode(y=down))
    return alt.LayerChart(layer=drawn, autosize=FITTED).properties(height=_looks(len(classes))[1] * len(classes))


def matrix_width(classes: Sequence[str]) -> int:
    """Return the pixels below which the columns of a matrix cannot be told apart.

    Args:
        classes: What each label means.

    Returns:
        Cells, and the longest name beside them.
    """
    return int(_looks(len(classes))[0] * len(classes)) + _name_length(classes) + 20


def matrix_height(classes: Sequence[str]) -> int:
    """Return the pixels that a matrix is high, with the names below it."""
    return int(_looks(len(classes))[1] * len(classes)) + _name_length(classes) + 20


def _looks(classes: int) -> tuple[float, float, int]:
    return _FEW if classes <= FIGURES_UP_TO else _MANY


def _name_length(classes: Sequence[str]) -> int:
    return int(_LETTER * _looks(len(classes))[2] * min(_LONGEST, max(map(len, classes))))


def _cells(answers: Answers, classes: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "t": names[truth],
            "a": names[answer],
            "truth": classes[truth],
            "answer": classes[answer],
            "n": count,
            "s": round(count / sum(row), 4),
            "o": round(_FAINTEST + (1 - _FAINTEST) * sqrt(count / sum(row)), 3),
            "what": "right" if truth == answer else "wrong",
        }
        for truth, row in enumerate(answers.confusion)
        for answer, count in enumerate(row)
        if count
    ]


def _axis(classes: int, angle: int) -> alt.Axis:
    size = _looks(classes)[2]
    return alt.Axis(
        title=None,
        labelAngle=angle,
        labelFontSize=size,
        labelLimit=size * _LONGEST,
        labelPadding=4,
        labelOverlap=False,
        ticks=False,
        domain=False,
        grid=False,
    )


def _short(classes: Sequence[str]) -> list[str]:
    """Return names of at most 28 letters, each different."""
    short = [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…" for name in classes]
    return [name if short.count(name) == 1 else f"{name[: _LONGEST - 6]}… {place}" for place, name in enumerate(short)]
