"""Heat as a picture that lies over a frame: the hotter a place, the redder and the less transparent."""

from netwright.records.explanation import Grid
from netwright.records.picture import Picture, picture_of

COOL, HOT = (255, 214, 51), (204, 0, 34)
"""Colours of little heat and of the most; they lie on photographs, which are the same in light and in dark."""
_FAINT, _STRONG = 0.06, 0.72
"""Heat below which nothing is drawn, and the opacity of the most."""
_OPAQUE = 255


def heat_picture(heat: Grid) -> Picture:
    """Return heat as a picture of one pixel a place, to be drawn in the size of the frame.

    Args:
        heat: Rows from the top, from 0 to 1.

    Returns:
        The picture, with opacity.

    >>> picture = heat_picture(((0.0, 1.0),))
    >>> picture.width, picture.height
    (2, 1)
    """
    pixels = bytes(part for row in heat for value in row for part in (*_colour(value), _opacity(value)))
    return picture_of(pixels, len(heat[0]), len(heat))


def _colour(heat: float) -> tuple[int, ...]:
    return tuple(round(cool + (hot - cool) * heat) for cool, hot in zip(COOL, HOT, strict=True))


def _opacity(heat: float) -> int:
    # it rises from nothing, so that what is not hot has no edge
    share: float = max(0.0, (heat - _FAINT) / (1 - _FAINT)) ** 0.75
    return round(_OPAQUE * _STRONG * share)
