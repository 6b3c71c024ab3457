"""Neurons whose writing nothing downstream reads."""

from collections.abc import Mapping, Sequence

import torch
from scipy.special import betaincinv
from torch import Tensor

from netwright.anatomy.cosine import unit
from netwright.anatomy.held_norm import HeldNorm
from netwright.anatomy.reading import Reader, folded, rows_of, written_by
from netwright.structure.transformer.read import Transformer

BLOCK = 4096
"""Rows of a reader that are compared at once."""


def chance_cosine(readers: int, width: int) -> float:
    """Return the largest |cosine| that a direction has with random ones, in the median.

    Of random directions in d dimensions the squared cosine with a fixed one has the Beta(1/2, (d - 1)/2) distribution
    function F; the largest of n is below c with probability F(c^2)^n, which is 1/2 at the value returned.

    Args:
        readers: How many random directions, n.
        width: Dimensions, d, at least 2.

    Returns:
        c, in (0, 1).

    >>> round(chance_cosine(1, 2), 6), round(chance_cosine(5376, 768), 3)
    (0.707107, 0.138)
    """
    return float(betaincinv(0.5, (width - 1) / 2, 0.5 ** (1 / readers)) ** 0.5)


def chance_bounds(transformer: Transformer, readers: Sequence[Reader]) -> dict[int, float]:
    """Return `chance_cosine` of all rows that stand behind each layer.

    Args:
        transformer: The model.
        readers: What reads the stream.

    Returns:
        Layer -> bound; no entry for a layer that no reader stands behind.
    """
    shapes = [(reader.layer, rows_of(transformer, reader).shape) for reader in readers]
    behind = {layer: sum(rows for at, (rows, _) in shapes if at > layer) for layer in range(len(transformer.blocks))}
    return {layer: chance_cosine(rows, shapes[0][1][1]) for layer, rows in behind.items() if rows}


def closest_reader(
    transformer: Transformer,
    readers: Sequence[Reader],
    nodes: Mapping[int, Sequence[int]],
    held: Mapping[str, HeldNorm],
) -> dict[int, Tensor]:
    """Return how closely anything downstream reads what neurons write: the largest |cosine| over all later rows.

    A row is compared as it stands in the stream where the neuron writes (see `folded`).

    Args:
        transformer: The model.
        readers: What reads the stream.
        nodes: Layer -> its neurons that are asked for.
        held: Of `held_norms`.

    Returns:
        Layer -> (neurons,), within 0 and 1; no entry for a layer that no reader stands behind.
    """
    written = {layer: unit(written_by(transformer, layer, wanted)) for layer, wanted in nodes.items() if wanted}
    closest: dict[int, Tensor] = {}
    for reader in readers:
        rows = rows_of(transformer, reader)
        for start in range(0, len(rows), BLOCK):
            for layer, pulled, _ in folded(transformer, reader, rows[start : start + BLOCK], held):
                if layer not in written:
                    continue
                found = (written[layer] @ unit(pulled).to(written[layer]).T).abs().amax(1)
                closest[layer] = torch.maximum(closest[layer], found) if layer in closest else found
    return closest
