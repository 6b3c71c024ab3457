"""How much two inputs use the same neurons."""

import torch
from torch import Tensor

from netwright.anatomy.cosine import unit
from netwright.records.anatomy import NeuronOverlap


def overlap_of(layer: int, cosines: Tensor, bound: float) -> NeuronOverlap:
    """Return how much the inputs share the neurons of one layer.

    Jaccard's index of two sets is |A and B| / |A or B|. The signed one counts a neuron in the numerator only where it
    is aligned for both inputs or opposed for both, so that the difference of the two is the share that changes sides.
    The correlation is Pearson's, of the whole vectors (n_l1 ... n_ln) of two inputs; it needs no threshold.

    Args:
        layer: Number of the block, from 0.
        cosines: (N, n), inputs by neurons, N at least 2.
        bound: The cosine that is large.

    Returns:
        Means over the pairs of inputs; pairs where neither input has an active neuron do not count for the sets.

    >>> found = overlap_of(0, torch.tensor([[0.5, -0.5, 0.1], [-0.5, 0.5, -0.1]]), 0.35)
    >>> found.jaccard, found.signed_jaccard, round(found.correlation, 6)
    (1.0, 0.0, -1.0)
    """
    up, down = (cosines > bound).double(), (cosines < -bound).double()
    active = up + down
    either = active.sum(1)[:, None] + active.sum(1) - active @ active.T
    alike = _pairs(correlations(cosines))
    return NeuronOverlap(
        layer=layer,
        jaccard=_mean_share(active @ active.T, either),
        signed_jaccard=_mean_share(up @ up.T + down @ down.T, either),
        correlation=float(alike.mean()),
        least_correlation=float(alike.min()),
        active=float(active.mean()) if active.numel() else 0.0,
    )


def correlations(cosines: Tensor) -> Tensor:
    """Return Pearson's correlation between the rows, (N, N); 0 with a row that does not vary.

    >>> correlations(torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])).round().tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    if not cosines.shape[1]:
        return cosines.new_zeros(len(cosines), len(cosines))
    rows = unit(cosines - cosines.mean(1, keepdim=True))
    return (rows @ rows.T).clamp(-1, 1)


def _mean_share(shared: Tensor, either: Tensor) -> float | None:
    above, below = _pairs(shared), _pairs(either)
    counted = below > 0
    return float((above[counted] / below[counted]).mean()) if bool(counted.any()) else None


def _pairs(table: Tensor) -> Tensor:
    """Return the entries above the diagonal of a square table, one a pair."""
    rows, columns = torch.triu_indices(len(table), len(table), offset=1)
    return table[rows, columns]
