"""The seed effect: a seed draws the same training samples for every candidate, so candidates rise and fall together."""

from collections.abc import Mapping
from math import sqrt

import numpy as np

from netwright.selection.moderation import Spread

LARGEST = 0.95


def correlation(values: Mapping[str, Mapping[int, float]], spreads: Mapping[str, Spread]) -> float:
    """Return how much of the candidates' seed variance is common to them.

    With z_cs = (y_cs - mean_c) / s_c over the seeds S that all C candidates share, the mean square of the seeds'
    means, Q = C sum_s (mean_c z_cs)^2 / (S - 1), is 1 + (C - 1) r on average. So r = (Q - 1) / (C - 1); from it its
    own standard error at r = 0, sqrt(2 / (S - 1)) / (C - 1), is taken off, since a correlation that is not there
    would make differences look surer than they are. Two candidates over three seeds therefore count as independent.

    Source: the intraclass correlation of a two-way layout (Fisher 1925, section 40), shrunk.

    Args:
        values: Candidate -> seed -> value on the working scale.
        spreads: Candidate -> its moderated spread.

    Returns:
        The correlation, in [0, 0.95]; 0 where fewer than two seeds or candidates can be compared.

    >>> up = {f"c{i}": {0: 1.0, 1: 2.0, 2: 3.0} for i in range(10)}
    >>> round(correlation(up, dict.fromkeys(up, Spread(1.0, 20.0))), 2)
    0.89
    """
    # a candidate with a single seed shows no ups and downs
    moving = [name for name, seeds in values.items() if len(seeds) > 1 and spreads[name].variance > 0]
    if len(moving) < 2:
        return 0.0
    shared = sorted(set.intersection(*(set(values[name]) for name in moving)))
    if len(shared) < 2:
        return 0.0
    table = np.array([[values[name][seed] for seed in shared] for name in moving])
    scores = (table - table.mean(axis=1, keepdims=True)) / np.array([[sqrt(spreads[name].variance)] for name in moving])
    others = len(moving) - 1
    square = len(moving) * float((scores.mean(axis=0) ** 2).sum()) / (len(shared) - 1)
    shrunk = (square - 1 - sqrt(2 / (len(shared) - 1))) / others
    return min(max(shrunk, 0.0), LARGEST)
