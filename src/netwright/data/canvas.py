"""Painting simple shapes into many small grey images at once.

Only +, -, *, / and square roots are used, whose results are exact to the last bit on every processor: the same draws
give the same pixels everywhere.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
"""One number an image, (K,), unless said otherwise."""
Rows = NDArray[np.int64]
"""Indices of images, (K,)."""


class Canvas:
    """Grey images (N, side, side), 0 black to 1 white, painted from back to front.

    Coordinates are in pixels, x to the right and y downwards, the middle of the first pixel at (0, 0). An edge is one
    pixel soft.

    Args:
        count: How many images.
        side: Their height and width.
    """

    def __init__(self, count: int, side: int) -> None:
        self.pixels = np.zeros((count, side, side), np.float32)
        places = np.arange(side, dtype=np.float32)
        self.x, self.y = places[None, None, :], places[None, :, None]

    def paint(self, rows: Rows, cover: NDArray[np.float32], value: NDArray[np.float32]) -> None:
        """Paint over images.

        Args:
            rows: Which images.
            cover: How much of each pixel is covered, 0 to 1, (K, side, side) or what broadcasts to it.
            value: The brightness, (K, 1, 1) or what broadcasts.
        """
        self.pixels[rows] += cover * (value - self.pixels[rows])

    def capsule(self, rows: Rows, ends: tuple[Floats, Floats, Floats, Floats], radius: Floats, value: Floats) -> None:
        """Paint a line with round ends.

        Args:
            rows: Which images.
            ends: x and y of one end, x and y of the other one.
            radius: Half its width.
            value: Its brightness.
        """
        self.paint(rows, self.capsule_cover(ends, radius), _column(value))

    def capsule_cover(self, ends: tuple[Floats, Floats, Floats, Floats], radius: Floats) -> NDArray[np.float32]:
        """Return how much of each pixel a line with round ends covers, (K, side, side)."""
        x0, y0, x1, y1 = map(_column, ends)
        dx, dy = x1 - x0, y1 - y0
        px, py = self.x - x0, self.y - y0
        length = np.maximum(dx * dx + dy * dy, np.float32(1e-6))
        along = ((px * dx + py * dy) / length).clip(0, 1)
        ex, ey = px - along * dx, py - along * dy
        return _inside(np.sqrt(ex * ex + ey * ey) - _column(radius))

    def disc(self, rows: Rows, centre: tuple[Floats, Floats], radius: Floats, value: Floats) -> None:
        """Paint a disc.

        Args:
            rows: Which images.
            centre: Its x and y.
            radius: Its radius.
            value: Its brightness.
        """
        self.paint(rows, _inside(self._from(centre) - _column(radius)), _column(value))

    def ring(self, rows: Rows, centre: tuple[Floats, Floats], radius: Floats, value: Floats) -> None:
        """Paint a circle one pixel wide.

        Args:
            rows: Which images.
            centre: Its x and y.
            radius: Its radius.
            value: Its brightness.
        """
        self.paint(rows, _inside(np.abs(self._from(centre) - _column(radius)) - np.float32(0.3)), _column(value))

    def box(self, rows: Rows, box: tuple[Floats, Floats, Floats, Floats], value: Floats) -> None:
        """Paint an upright rectangle.

        Args:
            rows: Which images.
            box: Its left, top, right and bottom.
            value: Its brightness.
        """
        left, top, right, bottom = map(_column, box)
        outside = np.maximum(np.maximum(left - self.x, self.x - right), np.maximum(top - self.y, self.y - bottom))
        self.paint(rows, _inside(outside), _column(value))

    def blur(self, rows: Rows, share: Floats, axis: int) -> None:
        """Mix each pixel with its two neighbours along an axis.

        Args:
            rows: Which images.
            share: Of the neighbours, 0 to 1.
            axis: 1 for above and below, 2 for left and right.
        """
        pixels = self.pixels[rows]
        padding = [(0, 0), (0, 0), (0, 0)]
        padding[axis] = (1, 1)
        wide = np.pad(pixels, padding, mode="edge")
        before, after = (wide[:, :-2], wide[:, 2:]) if axis == 1 else (wide[:, :, :-2], wide[:, :, 2:])
        self.pixels[rows] = pixels + _column(share) * ((before + after) * np.float32(0.5) - pixels)

    def _from(self, centre: tuple[Floats, Floats]) -> NDArray[np.float32]:
        dx, dy = self.x - _column(centre[0]), self.y - _column(centre[1])
        distance: NDArray[np.float32] = np.sqrt(dx * dx + dy * dy)
        return distance


def _column(values: Floats) -> NDArray[np.float32]:
    return values.astype(np.float32)[:, None, None]


def _inside(distance: NDArray[np.float32]) -> NDArray[np.float32]:
    return (np.float32(0.5) - distance).clip(0, 1)
