"""Pairs of neurons of different layers that write against each other."""

from torch import Tensor

from netwright.anatomy.cosine import unit
from netwright.anatomy.reading import written_by
from netwright.records.delivery_graph import Offset
from netwright.structure.transformer.read import Transformer

BELOW = -0.8
"""Cosine below which one neuron is said to cancel the other."""
MOST_OFFSETS = 1000
BLOCK = 4096
"""Neurons that are compared at once."""


def offsets_of(transformer: Transformer, below: float = BELOW, most: int = MOST_OFFSETS) -> tuple[Offset, ...]:
    """Return pairs of neurons of different layers with cos(w_i, w_j) below a bound, w being what a neuron writes.

    The vectors are compared as they are written; the gains of normalisations between two layers are not applied.

    Args:
        transformer: The model.
        below: The bound; -1 is a pair that writes along one line in opposite directions.
        most: How many pairs are returned at most.

    Returns:
        The most opposite pairs first.
    """
    written = [unit(written_by(transformer, layer)) for layer in range(len(transformer.neurons))]
    found: list[tuple[float, int, int, int, int]] = []
    for first, earlier in enumerate(written):
        for second in range(first + 1, len(written)):
            found += _pairs(earlier, written[second], below, most, (first, second))
        found = sorted(found)[:most]
    return tuple(Offset(first=(a, i), second=(b, j), cosine=cosine) for cosine, a, i, b, j in found)


def _pairs(
    earlier: Tensor, later: Tensor, below: float, most: int, layers: tuple[int, int]
) -> list[tuple[float, int, int, int, int]]:
    found = []
    for start in range(0, len(earlier), BLOCK):
        cosines = (earlier[start : start + BLOCK] @ later.T).clamp(-1, 1)
        i, j = (cosines < below).nonzero(as_tuple=True)
        values = cosines[i, j]
        order = values.argsort(stable=True)[:most]
        found += [
            (value, layers[0], first + start, layers[1], second)
            for value, first, second in zip(values[order].tolist(), i[order].tolist(), j[order].tolist(), strict=True)
        ]
    return found
