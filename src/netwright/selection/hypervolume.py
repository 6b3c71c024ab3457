"""Hypervolume: how much of what the candidates dominate is dominated by one of them alone."""

import numpy as np
from numpy.typing import NDArray

from netwright.selection.pareto import pareto_front

EXACT = 12
"""Up to so many candidates the volumes are exact; the effort of exact ones doubles with each candidate."""
SAMPLES = 10_000


def exclusive_shares(utilities: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Return the share of the dominated volume that each candidate alone dominates, between the anchors.

    The volume is that of the union of the boxes [0, u], u cut to [0, 1]: the part of the space between the anchors
    that somebody dominates. What a candidate dominates alone would be lost without it. Exact by the recursion of
    `hypervolume` for up to 12 candidates; estimated for more, from 10,000 points in the boxes, each in a box chosen by
    its volume and counted once for all boxes that hold it (Karp and Luby), which is as good in many dimensions as in
    few.

    Source: Zitzler and Thiele 1999 (hypervolume); While, Bradstreet and Barone 2012, "A fast way of calculating exact
    hypervolumes"; Karp, Luby and Madras 1989, "Monte-Carlo approximation algorithms for enumeration problems".

    Args:
        utilities: (candidates, qualities); who was not measured in a quality has no volume.
        random: Where the points come from.

    Returns:
        One share a candidate, in [0, 1]; 0 for who is dominated or has an equal.

    >>> exclusive_shares(np.array([[1.0, 0.5], [0.5, 1.0], [0.2, 0.2]]), np.random.default_rng(0)).round(3).tolist()
    [0.333, 0.333, 0.0]
    """
    boxes = np.clip(utilities, 0.0, 1.0)
    boxes[np.isnan(boxes).any(axis=1)] = 0.0
    if not boxes.size or not boxes.prod(axis=1).any():
        return np.zeros(len(boxes))
    if len(boxes) > EXACT:
        return _estimated(boxes, random)
    alone = [_alone(box, np.delete(boxes, row, axis=0)) for row, box in enumerate(boxes)]
    shares: NDArray[np.float64] = np.array(alone) / hypervolume(boxes)
    return shares


def hypervolume(boxes: NDArray[np.float64]) -> float:
    """Return the volume of the union of the boxes [0, u].

    The first box, less what the others cut out of it, plus the volume of the others.

    Args:
        boxes: Upper corners, (boxes, dimensions), not negative.

    Returns:
        The volume.

    >>> hypervolume(np.array([[1.0, 0.5], [0.5, 1.0]]))
    0.75
    """
    boxes = np.unique(boxes, axis=0)
    boxes = boxes[pareto_front(boxes, ["higher"] * boxes.shape[1])]
    total = 0.0
    for i in range(len(boxes)):
        total += _alone(boxes[i], boxes[i + 1 :])
    return total


def _alone(box: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    volume = float(box.prod())
    return volume - hypervolume(np.minimum(others, box)) if len(others) else volume


def _estimated(boxes: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    volumes = boxes.prod(axis=1)
    chosen = random.choice(len(boxes), SAMPLES, p=volumes / volumes.sum())
    points = random.random((SAMPLES, boxes.shape[1])) * boxes[chosen]
    inside = np.ones((len(boxes), SAMPLES), dtype=np.bool_)
    for box, point in zip(boxes.T, points.T, strict=True):
        inside &= box[:, None] >= point
    holders = inside.sum(axis=0)
    alone = np.bincount(chosen[holders == 1], minlength=len(boxes))
    shares: NDArray[np.float64] = alone / float((1.0 / holders).sum())
    return shares
