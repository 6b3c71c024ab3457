"""The cosine between vectors, where a vector of zeros is at right angles to everything."""

import torch
from torch import Tensor


def unit(vectors: Tensor) -> Tensor:
    """Return vectors divided by their lengths; a vector of zeros stays one.

    Args:
        vectors: (..., d).

    Returns:
        (..., d).

    >>> unit(torch.tensor([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths: Tensor = torch.linalg.vector_norm(vectors, dim=-1, keepdim=True)
    return vectors / lengths.masked_fill(lengths == 0, 1)


def cosine(first: Tensor, second: Tensor) -> Tensor:
    """Return <a, b> / (|a| |b|) along the last dimension, 0 where either is zero.

    Args:
        first: (..., d).
        second: (..., d), of a shape that goes with the first.

    Returns:
        (...), within -1 and 1.

    >>> cosine(torch.tensor([3.0, 0.0]), torch.tensor([[2.0, 0.0], [0.0, 5.0], [-1.0, 0.0]])).tolist()
    [1.0, 0.0, -1.0]
    """
    return (unit(first) * unit(second)).sum(-1).clamp(-1, 1)
