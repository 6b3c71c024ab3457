"""Rows of a drawing, each with its title left of it."""

from collections.abc import Sequence

import altair as alt

from netwright.report.charts.theme import rows
from netwright.report.palette import TEXT

_LONGEST = 24


def rows_channel(count: int, above: float = 0.0) -> alt.Y:
    """Return a channel for the places of rows, the first on top.

    Args:
        count: How many rows there are.
        above: Room over the first one, in rows.

    Returns:
        The channel, of the field `place`, counted from 0.
    """
    scale = alt.Scale(domain=[count - 0.5, -0.5 - above], nice=False, zero=False)
    return alt.Y("place:Q", axis=None, scale=scale)


def row_titles(titles: Sequence[str], y: alt.Y) -> alt.Chart:
    """Return the titles of rows; the drawing grows to the left by what they need.

    They are marks, since the labels of an axis would make code of a user's text.

    Args:
        titles: One a row; long ones end in an ellipsis.
        y: The channel of the rows.

    Returns:
        The layer.
    """
    data = rows([{"place": place, "title": shortened(title)} for place, title in enumerate(titles)])
    words: alt.Chart = (
        alt.Chart(data)
        .mark_text(align="right", dx=-10, fontSize=12, color=TEXT.light)
        .encode(x=alt.value(0), y=y, text="title:N")
    )
    return words


def shortened(title: str) -> str:
    """Return a title that leaves room for the drawing on a narrow screen.

    >>> shortened("resnet-small"), len(shortened("x" * 64))
    ('resnet-small', 24)
    """
    return title if len(title) <= _LONGEST else title[: _LONGEST - 1] + "…"
