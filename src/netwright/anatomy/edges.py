"""What active neurons hand to active neurons of later layers."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from netwright.anatomy.cosine import unit
from netwright.anatomy.held_norm import HeldNorm
from netwright.anatomy.reading import feed_forward_reader, folded, rows_of, written_by
from netwright.records.delivery_graph import Edge
from netwright.structure.transformer.read import Transformer

MOST_EDGES = 200
"""How many edges a graph keeps."""


def edges_of(
    transformer: Transformer,
    nodes: Mapping[int, Sequence[int]],
    activations: Sequence[Tensor],
    held: Mapping[str, HeldNorm],
    most: int = MOST_EDGES,
) -> tuple[Edge, ...]:
    """Return the strongest edges between active neurons of different layers, by |attribution|.

    Neuron i of layer l writes a_i w_i into the stream, and neuron j of a later layer m takes <h, r_j> of it before
    its activation function. The edge's attribution is the mean over the inputs of a_i <w_i, r'_j>, r'_j being r_j
    pulled back through the normalisations between the two: what i alone adds to the input of j at the deciding token,
    straight through the stream and not by way of other parts. Its cosine is cos(w_i, r'_j). Of a gated network r_j is
    the gate's row.

    Args:
        transformer: The model.
        nodes: Layer -> its active neurons, layers and neurons ascending: their order is that of the graph's nodes.
        activations: One tensor a layer, (N, n_l): a of every neuron at the deciding token.
        held: Of `held_norms`.
        most: How many edges are kept at most.

    Returns:
        The edges, the strongest first; `source` and `target` count through `nodes`.
    """
    first = _first_index(nodes)
    written = {layer: written_by(transformer, layer, wanted) for layer, wanted in nodes.items() if wanted}
    found: list[tuple[float, int, int, float]] = []
    for later, targets in nodes.items():
        if not targets:
            continue
        reader = feed_forward_reader(transformer, later)
        for layer, rows, lengths in folded(transformer, reader, rows_of(transformer, reader, targets), held):
            if layer not in written:
                continue
            means = (activations[layer][:, list(nodes[layer])] * lengths[:, None]).mean(0)
            taken = written[layer] @ rows.to(written[layer]).T
            attribution = taken * means.to(taken)[:, None]
            strongest = attribution.abs().flatten().topk(min(most, attribution.numel())).indices
            sources, ends = strongest // len(targets), strongest % len(targets)
            cosines = (unit(written[layer][sources]) * unit(rows[ends]).to(taken)).sum(1).clamp(-1, 1)
            found += zip(
                attribution[sources, ends].tolist(),
                (sources + first[layer]).tolist(),
                (ends + first[later]).tolist(),
                cosines.tolist(),
                strict=True,
            )
        found = sorted(found, key=lambda edge: (-abs(edge[0]), edge[1:3]))[:most]
    return tuple(Edge(source=i, target=j, cosine=cosine, attribution=value) for value, i, j, cosine in found)


def presumed_edges(counts: Sequence[int]) -> int:
    """Return how many edges join every active neuron to every one of the next layer: the anatomy paper's presumption.

    Source: "Anatomy and Structured Pruning of Large Language Models", section 3.2.

    >>> presumed_edges([3, 2, 0, 4])
    6
    """
    return sum(one * other for one, other in pairwise(counts))


def _first_index(nodes: Mapping[int, Sequence[int]]) -> dict[int, int]:
    ends = torch.tensor([0, *map(len, nodes.values())]).cumsum(0).tolist()
    return dict(zip(nodes, ends, strict=False))
