"""How information flows between the neurons of a transformer."""

from typing import Annotated

from pydantic import Field

from netwright.records.record import Record


class Node(Record):
    """A neuron of the delivery graph.

    Args:
        layer: Number of the block, from 0.
        neuron: Number of the neuron.
        cosine: cos(w, h_L), mean over the texts.
        dangling: Whether nothing downstream reads it: see `DeliveryGraph.dangling_below`.
    """

    layer: int
    neuron: int
    cosine: float
    dangling: bool = False


class Edge(Record):
    """What one neuron hands to another of a later layer.

    Args:
        source: Index into the graph's nodes.
        target: Index into the graph's nodes.
        cosine: Between what the source writes and what the target's first matrix reads.
        attribution: Mean over the texts of a_source <w_source, r_target>, the part of the target's input that the
            source delivers to the deciding token.
    """

    source: int
    target: int
    cosine: float
    attribution: float


class Funnel(Record):
    """Layers whose active neurons become fewer and then more again: the paper's thinking and rethinking.

    Args:
        layers: First, narrowest and last layer.
        counts: Active neurons of those.
    """

    layers: Annotated[tuple[int, ...], Field(min_length=3, max_length=3)]
    counts: Annotated[tuple[int, ...], Field(min_length=3, max_length=3)]


class Offset(Record):
    """Two neurons of different layers of which one cancels the other.

    Args:
        first: (layer, neuron) of the earlier one.
        second: (layer, neuron) of the later one.
        cosine: cos(w_first, w_second), near -1.
    """

    first: tuple[int, int]
    second: tuple[int, int]
    cosine: float


class DeliveryGraph(Record):
    """How information flows between neurons, layer to layer (figures 2 and 3 of the anatomy paper).

    Args:
        model: What was looked at.
        threshold: The threshold in words.
        sizes: Neurons of each layer.
        nodes: Active neurons, layers in order.
        edges: The strongest measured ones; the paper's presumption (every node of a layer to every node of the next)
            needs none.
        funnels: Where the active count narrows and widens.
        dangling_below: A node is dangling where no |cosine| with what reads it later is above its layer's bound; this
            is the largest of those bounds.
        offsets: Pairs that cancel each other, the strongest first.
        presumed_edges: How many edges the paper's presumption would draw.
    """

    model: str
    threshold: str
    sizes: tuple[int, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    funnels: tuple[Funnel, ...]
    dangling_below: float
    offsets: tuple[Offset, ...]
    presumed_edges: int

    @property
    def counts(self) -> tuple[int, ...]:
        """Active neurons of each layer."""
        return tuple(sum(node.layer == layer for node in self.nodes) for layer in range(len(self.sizes)))
