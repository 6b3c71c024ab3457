"""How information is handed from neuron to neuron: the delivery graph of a transformer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from netwright.anatomy.dangling import chance_bounds, closest_reader
from netwright.anatomy.decision_states import AFTER, DecisionStates, decision_states
from netwright.anatomy.edges import MOST_EDGES, edges_of, presumed_edges
from netwright.anatomy.funnels import funnels_of
from netwright.anatomy.head import heads_of
from netwright.anatomy.neurons import THRESHOLD, neuron_cosines
from netwright.anatomy.offsets import BELOW, MOST_OFFSETS, offsets_of
from netwright.anatomy.probes import named_probes
from netwright.anatomy.reading import (
    Reader,
    attention_reader,
    feed_forward_reader,
    head_reader,
    held_norms,
    norms_of,
)
from netwright.anatomy.threshold import Threshold
from netwright.records.anatomy import Probe, Target
from netwright.records.delivery_graph import DeliveryGraph, Node
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.read import Transformer, read_transformer
from netwright.structure.transformer.stream import Batch


@dataclass(frozen=True)
class Limits:
    """How much a delivery graph keeps.

    Args:
        edges: The strongest edges, by |attribution|.
        offsets: The most opposite pairs.
        offset_below: Cosine below which two neurons are a pair.
    """

    edges: int = MOST_EDGES
    offsets: int = MOST_OFFSETS
    offset_below: float = BELOW


LIMITS = Limits()


def delivery_graph(
    model: nn.Module,
    batches: Iterable[Batch],
    probes: Sequence[Probe] = (),
    threshold: Threshold = THRESHOLD,
    *,
    target: Target = AFTER,
    adapters: Sequence[Adapter] = ADAPTERS,
    limits: Limits = LIMITS,
) -> DeliveryGraph:
    """Return the active neurons layer by layer, what they hand to each other, and what is remarkable about them.

    A neuron is active over several inputs where the mean of |n_lj| is above the threshold's bound of its layer, n_lj
    being cos(w_j, h_L): of a single input that is the anatomy paper's rule, and of several it does not cancel where
    inputs of opposite labels have opposite targets. A node's `cosine` is the mean with its sign, near 0 for a neuron
    that is aligned with some inputs and opposed to others.

    The paper presumes that every active neuron of one layer feeds every one of the next; `presumed_edges` counts those.
    The edges here are measured (see `edges_of`) and may skip layers. A node is dangling where no row of any later
    query, key, value or first feed-forward matrix, nor of a map that reads the last state, has a larger |cosine| with
    what it writes than the largest that as many random rows would have in the median (see `chance_cosine`);
    `dangling_below` is the largest of these bounds, that of the first layer, behind which most rows stand. Nodes that
    nothing in the open stands behind are not called dangling.

    Source: "Anatomy and Structured Pruning of Large Language Models", sections 3.2 and 5.2, figures 2 and 3.

    Args:
        model: Any module with a known transformer inside; it stays as it is.
        batches: Keyword arguments of the model, `input_ids` (N, T) and `attention_mask` (N, T).
        probes: The texts of the batches, row by row, or none.
        threshold: Which cosine is large.
        target: Whether h_L is taken after or before the last normalisation.
        adapters: The architectures to look for.
        limits: How much is kept.

    Returns:
        The graph.

    Raises:
        ModelError: No transformer is found, or it cannot be looked at with these batches.
    """
    transformer = read_transformer(model, adapters)
    shown = list(batches)
    seen = decision_states(transformer, shown, [*_outs(transformer), *norms_of(transformer)])
    named_probes(probes, len(seen.final))
    heads = heads_of(transformer, shown[0])
    return _graph(transformer, seen, _readers(transformer, heads), (threshold, target, limits))


def _graph(
    transformer: Transformer,
    seen: DecisionStates,
    readers: Sequence[Reader],
    asked: tuple[Threshold, Target, Limits],
) -> DeliveryGraph:
    threshold, target, limits = asked
    cosines = neuron_cosines(transformer, seen.target(target))
    active = {layer: _active(of_layer, threshold) for layer, of_layer in enumerate(cosines)}
    held = held_norms(transformer, seen)
    closest = closest_reader(transformer, readers, active, held)
    bounds = chance_bounds(transformer, readers)
    counts = [len(neurons) for neurons in active.values()]
    activations = [seen.read[path] for path in _outs(transformer)]
    return DeliveryGraph(
        model=type(transformer.model).__name__,
        threshold=str(threshold),
        sizes=tuple(site.count for site in transformer.neurons),
        nodes=tuple(
            node
            for layer, neurons in active.items()
            for node in _nodes(layer, neurons, cosines[layer], closest, bounds)
        ),
        edges=edges_of(transformer, active, activations, held, limits.edges),
        funnels=funnels_of(counts),
        dangling_below=max(bounds.values(), default=0.0),
        offsets=offsets_of(transformer, limits.offset_below, limits.offsets),
        presumed_edges=presumed_edges(counts),
    )


def _outs(transformer: Transformer) -> list[str]:
    return [site.reader for site in transformer.neurons]


def _active(cosines: Tensor, threshold: Threshold) -> list[int]:
    found: list[int] = (cosines.abs().mean(0) > threshold.bound(cosines)).nonzero().flatten().tolist()
    return found


def _nodes(
    layer: int, neurons: Sequence[int], cosines: Tensor, closest: dict[int, Tensor], bounds: dict[int, float]
) -> list[Node]:
    means = cosines.mean(0)[list(neurons)].tolist()
    dangling = (closest[layer] <= bounds[layer]).tolist() if layer in closest else [False] * len(neurons)
    return [
        Node(layer=layer, neuron=neuron, cosine=mean, dangling=unread)
        for neuron, mean, unread in zip(neurons, means, dangling, strict=True)
    ]


def _readers(transformer: Transformer, heads: Sequence[str]) -> list[Reader]:
    layers = range(1, len(transformer.blocks))
    inside = [reader(transformer, layer) for layer in layers for reader in (attention_reader, feed_forward_reader)]
    return [*inside, head_reader(transformer, heads)] if heads else inside
