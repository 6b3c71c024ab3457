"""A strip of frames with their heat, and under it, frame below frame, two curves over time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import isnan

from netwright.records.explanation import Explanation, FrameHeat, ShownFrame
from netwright.records.picture import Picture
from netwright.report.charts.explanation_heat import heat_picture
from netwright.report.charts.theme import FONT
from netwright.report.palette import FACTOR_INKS, GREY, LINE, MUTED, Ink

HEAT, LOSS = FACTOR_INKS[2], FACTOR_INKS[4]
"""Colours of the two curves."""
WIDTH = 400
"""Of a panel, in its own pixels; it is drawn as wide as its place."""
TILES = 8
"""Frames side by side, so that they can be seen on a narrow screen too."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 42.0, 4.0, 6.0, 24.0
_GAP, _CURVE, _BETWEEN = 2.0, 58.0, 14.0
_LARGEST = 72.0
_ROOM = 1.15
_LETTERS = 11.0


@dataclass(frozen=True)
class _Curve:
    """One figure of each frame, and how it is drawn."""

    name: str
    ink: Ink
    form: str
    least: float
    values: tuple[float, ...]

    @property
    def ends(self) -> tuple[float, float]:
        known = [value for value in self.values if not isnan(value)]
        low, high = min([0.0, *known]), max([0.0, *known])
        # what is next to nothing looks so
        return low * _ROOM, max(high, low + self.least) * _ROOM


@dataclass(frozen=True)
class _Place:
    """Where a panel stands in time, and how large its frames are."""

    tiles: tuple[ShownFrame, ...]
    first: int
    frames: int
    tile: float
    height: float

    def x(self, frame: float) -> float:
        """Middle of a frame, from the left of the panel."""
        return _LEFT + (frame - self.first + 0.5) / self.frames * self.tile * len(self.tiles)

    @property
    def right(self) -> float:
        return _LEFT + self.tile * len(self.tiles)


def strip_panels(record: Explanation) -> tuple[str, ...]:
    """Return an explanation as drawings of at most 8 frames each, in order, all with the same scales.

    Above, the frames as the network saw them; below each the same with its heat; under both, the share of heat and what
    is lost in log odds when the frame is hidden, at the frame's place in time. An image has no curves.

    Args:
        record: The explanation.

    Returns:
        Each as one SVG element.
    """
    return tuple(_panel(place, curves) for place in _places(record) for curves in (_curves(record),))


def whole_strip(record: Explanation) -> str:
    """Return all panels of an explanation below one another, as a file of its own.

    Args:
        record: The explanation.

    Returns:
        The text of an SVG file.
    """
    curves, places, top, parts = _curves(record), _places(record), 0.0, []
    for place in places:
        parts.append(f'<g transform="translate(0 {top:.1f})">{_drawn(place, curves)}</g>')
        top += _height(place, curves) + _BETWEEN
    height = top - _BETWEEN
    ground = f'<rect width="{WIDTH}" height="{height:.1f}" fill="#ffffff"/>'
    return _svg(ground + "".join(parts), height, f' width="{2 * WIDTH}" height="{2 * height:.1f}"')


def overlaid(shown: ShownFrame, width: float, height: float, x: float = 0.0, y: float = 0.0) -> str:
    """Return the elements of a frame with its heat over it.

    Args:
        shown: The frame.
        width: Of the drawing.
        height: The same.
        x: Its left side.
        y: Its top.

    Returns:
        Two SVG elements.
    """
    return _image(shown.picture, x, y, width, height) + _image(heat_picture(shown.heat), x, y, width, height)


def _places(record: Explanation) -> list[_Place]:
    shown, frames = record.shown, len(record.frames)
    count = -(-len(shown) // TILES)
    each = -(-len(shown) // count)
    tile = min(_LARGEST, (WIDTH - _LEFT - _RIGHT) / each)
    picture = shown[0].picture
    height = min(tile * picture.height / picture.width, 2 * tile)
    places = []
    for start in range(0, len(shown), each):
        tiles = shown[start : start + each]
        first, end = (place * frames // len(shown) for place in (start, start + len(tiles)))
        places.append(_Place(tiles, first, end - first, tile, height))
    return places


def _curves(record: Explanation) -> tuple[_Curve, ...]:
    if len(record.frames) == 1:
        return ()
    return (
        _Curve("heat", HEAT, "{:.0%}", 0.01, _values(record.frames, lambda frame: frame.share)),
        _Curve("loss", LOSS, "{:+.1f}", 0.1, _values(record.frames, lambda frame: frame.lost)),
    )


def _values(frames: Sequence[FrameHeat], of: Callable[[FrameHeat], float]) -> tuple[float, ...]:
    return tuple(of(frame) for frame in frames)


def _height(place: _Place, curves: Sequence[_Curve]) -> float:
    pictures = _TOP + 2 * place.height + _GAP
    return pictures + (len(curves) * (_CURVE + _BETWEEN) + _BOTTOM if curves else 4)


def _panel(place: _Place, curves: Sequence[_Curve]) -> str:
    return _svg(_drawn(place, curves), _height(place, curves), ' width="100%"')


def _svg(content: str, height: float, size: str) -> str:
    space = 'xmlns="http://www.w3.org/2000/svg"'
    font = f'font-family="{escape(FONT)}" font-size="11"'
    return f'<svg {space} viewBox="0 0 {WIDTH} {height:.1f}"{size} {font}>{content}</svg>'


def _drawn(place: _Place, curves: Sequence[_Curve]) -> str:
    parts = [_tile(place, number, shown) for number, shown in enumerate(place.tiles)]
    top = _TOP + 2 * place.height + _GAP
    for curve in curves:
        top += _BETWEEN
        parts.append(_line(place, curve, top))
        top += _CURVE
    if curves:
        parts.append(_text(_LEFT, top + 20, "frame", MUTED, "end", -6))
        parts += [_text(place.x(one.frame), top + 20, str(one.frame), MUTED, "middle") for one in place.tiles]
    return "".join(parts)


def _tile(place: _Place, number: int, shown: ShownFrame) -> str:
    x, width = _LEFT + number * place.tile + _GAP / 2, place.tile - _GAP
    plain = _image(shown.picture, x, _TOP, width, place.height)
    return plain + overlaid(shown, width, place.height, x, _TOP + place.height + _GAP)


def _image(picture: Picture, x: float, y: float, width: float, height: float) -> str:
    size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<image {size} preserveAspectRatio="none" href="{picture.address}"/>'


def _line(place: _Place, curve: _Curve, top: float) -> str:
    low, high = curve.ends

    def y(value: float) -> float:
        return top + _CURVE * (high - value) / (high - low)

    known = [value for value in curve.values if not isnan(value)]
    # a label close to the one of the line at 0 would cover it
    marks = [value for value in {min([0.0, *known]), max([0.0, *known])} if abs(y(value) - y(0)) >= _LETTERS]
    own = range(place.first, place.first + place.frames)
    # the line comes from the panel before and goes on into the next, half a frame each way
    around = [frame for frame in (own[0] - 1, *own, own[-1] + 1) if 0 <= frame < len(curve.values)]
    runs = _clipped(_runs([(frame, curve.values[frame]) for frame in around]), own[0] - 0.5, own[-1] + 0.5)
    paths = [" ".join(f"{place.x(frame):.1f},{y(value):.1f}" for frame, value in run) for run in runs if len(run) > 1]
    ends = [(frame, curve.values[frame]) for frame in own if not isnan(curve.values[frame])]
    dots = [f'<circle cx="{place.x(f):.1f}" cy="{y(v):.1f}" r="2.2" fill="{curve.ink.light}"/>' for f, v in ends]
    rule = f'<path d="M{_LEFT} {y(0):.1f}H{place.right:.1f}" stroke="{GREY.light}" stroke-width="1"/>'
    grid = "".join(
        f'<path d="M{_LEFT} {y(value):.1f}H{place.right:.1f}" stroke="{LINE.light}" stroke-width="1"/>'
        + _text(_LEFT, y(value) + 4, curve.form.format(value).replace("-", "−"), MUTED, "end", -6)
        for value in sorted(marks)
    )
    lines = "".join(
        f'<polyline points="{points}" fill="none" stroke="{curve.ink.light}" stroke-width="1.8"/>' for points in paths
    )
    name = _text(_LEFT, y(0) + 4, curve.name, curve.ink, "end", -6)
    return grid + rule + lines + "".join(dots) + name


def _runs(points: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for frame, value in points:
        if isnan(value):
            runs.append([])
        else:
            runs[-1].append((frame, value))
    return runs


def _clipped(
    runs: Sequence[Sequence[tuple[float, float]]], left: float, right: float
) -> list[list[tuple[float, float]]]:
    clipped = []
    for run in runs:
        cut = list(run)
        if len(cut) > 1 and cut[0][0] < left:
            cut[0] = (left, (cut[0][1] + cut[1][1]) / 2)
        if len(cut) > 1 and cut[-1][0] > right:
            cut[-1] = (right, (cut[-1][1] + cut[-2][1]) / 2)
        clipped.append(cut)
    return clipped


def _text(x: float, y: float, words: str, ink: Ink, anchor: str, shift: float = 0.0) -> str:
    return f'<text x="{x + shift:.1f}" y="{y:.1f}" fill="{ink.light}" text-anchor="{anchor}">{escape(words)}</text>'
