"""The order in which the units of a place would go, and what each costs."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Removal:
    """In which order the units of a place would go.

    Args:
        order: int64 (n,), the units, the first to go first.
        cost: float64 (n,): how much the loss grows when that unit goes after those before it, in a measure that is the
            same for every place of the network; infinite for a unit that must stay. Never falls (`rising`).
    """

    order: Tensor
    cost: Tensor


def by_importance(importance: Tensor) -> Removal:
    """Return the removal of units whose costs do not depend on what went before: the least important goes first.

    Args:
        importance: (n,), comparable between places.

    Returns:
        The removal; ties go in the order of the units.

    >>> removal = by_importance(torch.tensor([3.0, 1.0, 2.0]))
    >>> removal.order.tolist(), removal.cost.tolist()
    ([1, 2, 0], [1.0, 2.0, 3.0])
    """
    cost, order = importance.detach().double().cpu().sort(stable=True)
    return Removal(order, cost)


def rising(order: Tensor, cost: Tensor) -> Removal:
    """Return a removal whose costs never fall, with the same sum over every run that a budget may end at.

    Where a unit costs less than the one before, both go together or not at all: the costs become those of the lower
    convex hull of their running sum, which is what the greedy choice over several places needs to be the best one.

    Args:
        order: int64 (n,), the units, the first to go first.
        cost: (n,), the cost of each after those before it, of any shape.

    Returns:
        The removal.

    Source: pool adjacent violators; Barlow et al. 1972, "Statistical Inference under Order Restrictions".

    >>> rising(torch.tensor([0, 1, 2]), torch.tensor([1.0, 5.0, 3.0])).cost.tolist()
    [1.0, 4.0, 4.0]
    """
    blocks: list[tuple[float, int]] = []
    for one in cost.detach().double().tolist():
        mean, size = one, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    smooth = torch.tensor([mean for mean, size in blocks for _ in range(size)], dtype=torch.float64)
    return Removal(order, smooth)
