"""The drawings of the live page: shapes that stretch with the page, beside labels that do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor, isfinite, log10

from markupsafe import Markup, escape

WIDTH, HEIGHT = 1000.0, 100.0
_MARKS = 5


@dataclass(frozen=True)
class Point:
    """One place of a line.

    Args:
        x: In [0, 1], from left to right.
        y: In the unit of the drawing; NaN where nothing is known.
        low: Lower end of its interval, NaN where it has none.
        high: Upper end.
    """

    x: float
    y: float
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class Line:
    """One line of a drawing.

    Args:
        name: What it shows.
        look: Class of its colour.
        points: From left to right.
    """

    name: str
    look: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Axis:
    """The vertical axis.

    Args:
        low: Its lower end.
        high: Its upper end.
        marks: Values with a line and a label.
        labels: Of the marks.
    """

    low: float
    high: float
    marks: tuple[float, ...]
    labels: tuple[str, ...]

    def height(self, value: float) -> float:
        """Return where a value lies in the drawing, 0 on top."""
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT * (1 - min(max(share, 0.0), 1.0))


@dataclass(frozen=True)
class Plot:
    """A drawing, ready for its template.

    Args:
        label: What it shows, in words, for whoever cannot see it.
        shapes: SVG.
        marks: (percent from the top, label) of the vertical axis.
        times: (percent from the left, label) of the horizontal axis.
        lines: What each line shows, and its class.
    """

    label: str
    shapes: Markup
    marks: tuple[tuple[float, str], ...]
    times: tuple[tuple[float, str], ...]
    lines: tuple[tuple[str, str], ...]


def axis_for(values: Iterable[float], text: Sequence[str] | None = None, unit: str = "") -> Axis:
    """Return an axis from 0 to a round number above all values.

    Args:
        values: What is drawn; NaN is left out.
        text: Labels for the marks; their numbers if not given.
        unit: Behind the numbers.

    Returns:
        The axis.

    >>> axis_for([0.2, 3.1, float("nan")]).marks
    (0.0, 1.0, 2.0, 3.0, 4.0)
    """
    highest = max((value for value in values if isfinite(value)), default=0.0) or 1.0
    size = 10 ** floor(log10(highest / 4))
    step = next(size * part for part in (1, 2, 2.5, 5, 10) if highest <= 4 * size * part + 1e-12)
    marks = tuple(step * i for i in range(ceil(highest / step - 1e-9) + 1))
    labels = tuple(text or (f"{mark:.3g}{unit}" for mark in marks))
    return Axis(0.0, marks[-1], marks, labels)


def drawing(
    label: str,
    axis: Axis,
    lines: Sequence[Line],
    times: Sequence[float],
    band: tuple[float, float] | None = None,
    told: Sequence[str] = (),
) -> Plot:
    """Return a drawing of lines over time.

    Args:
        label: What it shows, in words.
        axis: The vertical axis.
        lines: What is drawn.
        times: Seconds since the epoch of the left and of the right end.
        band: Where values should lie, in the unit of the axis; the same value twice is a limit.
        told: What a pointer reads, from left to right, in columns of equal width.

    Returns:
        The drawing.
    """
    shapes = [
        *(_rule(axis.height(mark)) for mark in axis.marks),
        *([_band(axis, band)] if band else []),
        *(shape for line in lines for shape in _line(axis, line)),
        *(_column(i / len(told), 1 / len(told), text) for i, text in enumerate(told)),
    ]
    return Plot(
        label=label,
        shapes=Markup("").join(shapes),
        marks=tuple((axis.height(m), text) for m, text in zip(axis.marks, axis.labels, strict=True)),
        times=_times(*times),
        lines=tuple((line.name, line.look) for line in lines),
    )


def clock(time: float, *, day: bool = False) -> str:
    """Return a moment as people write it, in UTC.

    >>> clock(0), clock(86399, day=True)
    ('00:00', '1970-01-01 23:59')
    """
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M" if day else "%H:%M")


def _line(axis: Axis, line: Line) -> list[Markup]:
    shapes = [
        Markup('<path class="whisker {}" d="M{:.1f} {:.2f}V{:.2f}"/>').format(
            line.look, WIDTH * point.x, axis.height(point.low), axis.height(point.high)
        )
        for point in line.points
        if isfinite(point.low) and isfinite(point.high)
    ]
    known = ["" if not isfinite(p.y) else f"{WIDTH * p.x:.1f} {axis.height(p.y):.2f}" for p in line.points]
    path, joined = [], False
    for place in known:
        if place:
            path.append(f"{'L' if joined else 'M'}{place}")
        joined = bool(place)
    alone = [place for i, place in enumerate(known) if place and _lonely(known, i)]
    dots = "".join(f"M{place}h0" for place in alone)
    shapes.append(Markup('<path class="course {}" d="{}"/>').format(line.look, "".join(path)))
    shapes.append(Markup('<path class="spot {}" d="{}"/>').format(line.look, dots))
    return shapes


def _lonely(known: Sequence[str], place: int) -> bool:
    before, after = known[place - 1] if place else "", known[place + 1] if place + 1 < len(known) else ""
    return not before and not after


def _rule(height: float) -> Markup:
    return Markup('<path class="rule" d="M0 {:.2f}H{:.0f}"/>').format(height, WIDTH)


def _band(axis: Axis, band: tuple[float, float]) -> Markup:
    low, high = axis.height(band[0]), axis.height(band[1])
    if band[0] == band[1]:
        return Markup('<path class="limit" d="M0 {:.2f}H{:.0f}"/>').format(low, WIDTH)
    return Markup('<rect class="band" x="0" width="{:.0f}" y="{:.2f}" height="{:.2f}"/>').format(
        WIDTH, high, low - high
    )


def _column(left: float, width: float, text: str) -> Markup:
    return Markup(
        '<rect class="column" x="{:.1f}" width="{:.1f}" y="0" height="{:.0f}"><title>{}</title></rect>'
    ).format(WIDTH * left, WIDTH * width, HEIGHT, escape(text))


def _times(first: float, last: float) -> tuple[tuple[float, str], ...]:
    day = clock(first, day=True)[:10] != clock(last, day=True)[:10]
    places = [i / (_MARKS - 1) for i in range(_MARKS)]
    return tuple((100 * place, clock(first + place * (last - first), day=day)[5 if day else 0 :]) for place in places)
