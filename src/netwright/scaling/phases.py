"""Rise, plateau, decay: a curve over epochs as at most three straight pieces."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from netwright.records.consistency import Phase, Segment
from netwright.records.errors import InputError
from netwright.scaling.observations import Floats

MOST_SEGMENTS = 3
SHORTEST = 3
"""Epochs of the shortest piece: a line through two points fits whatever they are."""

SMALLEST_NOISE = 1e-3
"""No validation split resolves a smaller deviation from a line; it keeps exact curves from being cut up further."""

CONSTANTS = 5
"""What a piece costs in the criterion: two constants for its line, three for its cut, which was searched for."""

PLATEAU_LEVEL = 0.99
"""How sure it must be that a piece has a slope: pieces were cut to look different, which makes slopes of noise."""

_DIGITS = 12


class _Piece(NamedTuple):
    first: int
    last: int


def find_phases(values: Sequence[float]) -> tuple[Segment, ...]:
    """Return a curve over epochs as one to three straight pieces, each a rise, a plateau or a decay.

    For 1, 2 and 3 pieces the cuts with the least sum of squared residuals, R, are found by dynamic programming over
    the last epoch of each piece (Bellman 1961); a piece has 3 epochs or more. Their number m is the one with the
    smallest E ln(max(R/E, 0.001^2)) + 5 m ln E, the Bayesian information criterion with two constants a line and
    three a cut, since cuts are searched for (Friedman 1991, section 3.6). A piece is a plateau where its slope is not
    distinguishable from 0: |slope| <= t se at the 99% level, se from the residuals of all pieces together; pieces are
    cut to look different, so that a laxer level would see slopes in noise.

    Args:
        values: One value an epoch, in order, at least one, all finite.

    Returns:
        The pieces; the first begins at epoch 1, each next one an epoch after the end of the one before. Fewer than
        three epochs are one plateau.

    Raises:
        InputError: There is no value, or one that is not finite.

    Source: the scalability paper, section III.D, "trapezoidal relation"; Schwarz 1978 for the criterion.

    >>> trapezoid = [0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8, 0.8, 0.7, 0.6, 0.5]
    >>> [(piece.phase, piece.first, piece.last, round(piece.slope, 3)) for piece in find_phases(trapezoid)]
    [('rise', 1, 4, 0.2), ('plateau', 5, 8, 0.0), ('decay', 9, 11, -0.1)]
    """
    y = np.asarray(values, dtype=float)
    if not len(y) or not np.isfinite(y).all():
        raise InputError(f"phases were asked for in {list(values)}; give one finite value an epoch")
    if len(y) < SHORTEST:
        slope = float(y[-1] - y[0]) / max(len(y) - 1, 1)
        return (Segment(phase="plateau", first=1, last=len(y), slope=slope),)
    slopes, residuals = _lines(y)
    pieces = _cut(residuals)
    left = sum(float(residuals[piece]) for piece in pieces)
    free = max(len(y) - 2 * len(pieces), 1)
    noise = max(left / free, SMALLEST_NOISE**2) ** 0.5
    reach = float(special.stdtrit(free, (1 + PLATEAU_LEVEL) / 2)) * noise
    return tuple(
        Segment(phase=_phase(slope, reach / _spread(piece)), first=piece.first + 1, last=piece.last + 1, slope=slope)
        for piece in pieces
        for slope in (float(slopes[piece]),)
    )


def _lines(y: Floats) -> tuple[Floats, Floats]:
    # slope and sum of squared residuals of the best line through epochs i..j, from running sums
    count = len(y)
    x, y = np.arange(count) - (count - 1) / 2, y - y.mean()
    sums = [np.concatenate([[0.0], np.cumsum(each)]) for each in (np.ones(count), x, y, x * x, x * y, y * y)]
    n, sx, sy, sxx, sxy, syy = (each[None, 1:] - each[:-1, None] for each in sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        along, across = sxx - sx * sx / n, sxy - sx * sy / n
        slopes = np.round(across / along, _DIGITS) + 0.0
        residuals = np.maximum(np.round(syy - sy * sy / n - slopes * across, _DIGITS), 0.0)
    return slopes, np.where(n >= SHORTEST, residuals, np.inf)


def _cut(residuals: Floats) -> tuple[_Piece, ...]:
    count = len(residuals)
    # best[j], ways[j]: the least sum of squares of m pieces that end at epoch j, and those pieces
    best, ways = residuals[0].copy(), [(_Piece(0, j),) for j in range(count)]
    found: list[tuple[float, tuple[_Piece, ...]]] = []
    for pieces in range(1, MOST_SEGMENTS + 1):
        if np.isfinite(best[-1]):
            criterion = count * np.log(max(best[-1] / count, SMALLEST_NOISE**2)) + CONSTANTS * pieces * np.log(count)
            found.append((float(criterion), ways[-1]))
        # the next piece begins an epoch after the end of those before
        sums = best[:-1, None] + residuals[1:, :]
        # among equals the latest cut: a corner belongs to the piece that leads to it
        before = len(sums) - 1 - sums[::-1].argmin(axis=0)
        ways = [(*ways[before[j]], _Piece(int(before[j]) + 1, j)) for j in range(count)]
        best = sums.min(axis=0)
    return min(found)[1]


def _spread(piece: _Piece) -> float:
    count = piece.last - piece.first + 1
    return float(np.sqrt(count * (count**2 - 1) / 12))


def _phase(slope: float, reach: float) -> Phase:
    if abs(slope) <= reach:
        return "plateau"
    return "rise" if slope > 0 else "decay"
