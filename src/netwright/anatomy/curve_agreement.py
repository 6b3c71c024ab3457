"""Whether two curves over time rise and fall together, and how often chance would make them so."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from scipy.stats import rankdata

FEWEST = 3


@dataclass(frozen=True)
class CurveAgreement:
    """How two curves go together.

    Args:
        rank_correlation: Spearman's, from -1 to 1; NaN where a curve is flat, or shorter than 3.
        chance: Share of the shifts of one curve against the other, around its end, that agree at least as well, the
            shift by 0 among them: at least 1/T. NaN with the correlation.
    """

    rank_correlation: float
    chance: float


def curve_agreement(first: Sequence[float], second: Sequence[float]) -> CurveAgreement:
    """Return Spearman's rank correlation of two curves, with the share of shifts that agree as well.

    Neighbouring frames are alike, so a table of critical values, which takes them for independent, would be far too
    sure. A shifted curve keeps its smoothness and loses its place in time alone.

    Args:
        first: T values.
        second: T values.

    Returns:
        The agreement.

    >>> curve_agreement((1, 2, 9, 3), (0.1, 0.2, 0.6, 0.3))
    CurveAgreement(rank_correlation=1.0, chance=0.25)
    >>> curve_agreement((1, 2, 9, 3), (5, 5, 5, 5))
    CurveAgreement(rank_correlation=nan, chance=nan)
    """
    ranks = [rankdata(curve) for curve in (first, second)]
    centred = [rank - rank.mean() for rank in ranks]
    scale = float(np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum()))
    if len(first) < FEWEST or not scale:
        return CurveAgreement(nan, nan)
    shifted = [float((np.roll(centred[0], shift) * centred[1]).sum()) / scale for shift in range(len(first))]
    # ranks are halves of whole numbers: the same sum may differ in its last bit
    as_well = sum(value >= shifted[0] - 1e-9 for value in shifted)
    return CurveAgreement(round(shifted[0], 12), as_well / len(shifted))
