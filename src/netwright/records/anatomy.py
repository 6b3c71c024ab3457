"""What layers and neurons of a transformer deliver to its decision."""

import math
from typing import Literal

from netwright.records.delivery_graph import DeliveryGraph
from netwright.records.record import Record, Rows

Target = Literal["after the last normalisation", "before the last normalisation"]
"""Which state of the deciding token everything is compared with; the same one where there is no last normalisation."""


class Probe(Record):
    """A text that a model is looked at with.

    Args:
        text: The text.
        task: What it is an example of, such as `sarcasm`; empty for texts of one's own.
    """

    text: str
    task: str = ""


class LayerAnatomy(Record):
    """How the deciding token approaches its last state, layer by layer (figures 1 and 1a of the anatomy paper).

    Args:
        model: What was looked at.
        target: What everything is compared with.
        decision: The token that decides: `first` or `last`.
        probes: The texts.
        cosines: One tuple a text: cos(h_l, h_L) for l = 0 ... L; h_0 is the embedding, h_l the output of block l - 1.
        other_cosines: The same against the other target, where the model has a last normalisation; else empty.
    """

    model: str
    target: Target
    decision: Literal["first", "last"]
    probes: tuple[Probe, ...]
    cosines: tuple[tuple[float, ...], ...]
    other_cosines: tuple[tuple[float, ...], ...] = ()

    @property
    def layers(self) -> int:
        """How many blocks, L."""
        return len(self.cosines[0]) - 1

    @property
    def mean(self) -> tuple[float, ...]:
        """Mean over the texts, for l = 0 ... L."""
        return tuple(sum(column) / len(column) for column in zip(*self.cosines, strict=True))

    @property
    def spread(self) -> tuple[float, ...]:
        """Standard deviation over the texts (n - 1 below the fraction), for l = 0 ... L; 0 of one text."""
        columns = zip(*self.cosines, strict=True)
        return tuple(_deviation(column) for column in columns)

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a layer: mean, spread and range over the texts."""
        rows: Rows = [
            (str(layer), f"{mean:+.3f}", f"{spread:.3f}", f"{min(column):+.3f}", f"{max(column):+.3f}")
            for layer, (mean, spread, column) in enumerate(
                zip(self.mean, self.spread, zip(*self.cosines, strict=True), strict=True)
            )
        ]
        return ("layer", "mean cosine", "spread", "least", "most"), rows


class NeuronSet(Record):
    """The neurons of one layer that point along, or against, the target of one text.

    Args:
        layer: Number of the block, from 0.
        probe: Number of the text, from 0.
        aligned: Neurons whose cosine is above the threshold, ascending.
        opposed: Neurons whose cosine is below minus the threshold, ascending.
    """

    layer: int
    probe: int
    aligned: tuple[int, ...]
    opposed: tuple[int, ...]


class NeuronOverlap(Record):
    """How much the neurons of one layer are the same ones for every text: the anatomy paper's claim, tested.

    Args:
        layer: Number of the block, from 0.
        jaccard: Mean over pairs of texts of |A and B| / |A or B|, A and B the active (aligned or opposed) neurons of
            each; pairs without any do not count; None where no pair has one.
        signed_jaccard: The same with those neurons above the fraction that have the same sign for both texts; the
            difference is the share that changes sides.
        correlation: Mean over pairs of texts of the correlation of their whole cosine vectors.
        least_correlation: The least of them: near -1 where two texts use the same neurons with opposite sign.
        active: Share of the layer's neurons that are active, mean over texts.
    """

    layer: int
    jaccard: float | None
    signed_jaccard: float | None
    correlation: float
    least_correlation: float
    active: float


class NeuronAnatomy(Record):
    """Which neurons of each feed-forward network write along the decision (section 3.2 of the anatomy paper).

    Args:
        model: What was looked at.
        target: What everything is compared with.
        probes: The texts.
        threshold: The threshold in words, such as `0.35` or `3 standard deviations`.
        bounds: The cosine that it means in each layer.
        sizes: Neurons of each layer.
        sets: One entry a layer and text.
        overlaps: One entry a layer; empty for a single text.
        target_cosines: Cosines between the targets of the texts, row by row.
        largest: Largest |cosine| of each layer, over neurons and texts.
    """

    model: str
    target: Target
    probes: tuple[Probe, ...]
    threshold: str
    bounds: tuple[float, ...]
    sizes: tuple[int, ...]
    sets: tuple[NeuronSet, ...]
    overlaps: tuple[NeuronOverlap, ...]
    target_cosines: tuple[tuple[float, ...], ...]
    largest: tuple[float, ...]

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a layer: how many neurons are active, and how much the texts share them."""
        shared = {overlap.layer: overlap for overlap in self.overlaps}
        rows: Rows = []
        for layer, size in enumerate(self.sizes):
            sets = [one for one in self.sets if one.layer == layer]
            up = sum(len(one.aligned) for one in sets) / max(len(sets), 1)
            down = sum(len(one.opposed) for one in sets) / max(len(sets), 1)
            overlap = shared.get(layer)
            same = "-" if overlap is None or overlap.jaccard is None else f"{overlap.jaccard:.2f}"
            alike = "-" if overlap is None else f"{overlap.correlation:+.2f}"
            bound, most = f"{self.bounds[layer]:.3f}", f"{self.largest[layer]:.3f}"
            rows.append((str(layer), str(size), bound, f"{up:.1f}", f"{down:.1f}", most, same, alike))
        return ("layer", "neurons", "threshold", "aligned", "opposed", "largest", "shared", "correlation"), rows


class Delivery(Record):
    """What each part of a network delivers to the decision of one text: shares of the target that sum to 1.

    A part p writes r_p into the residual stream of the deciding token, and h_L = sum over parts of r_p. Its share is
    <r_p, h_L> / |h_L|^2; it is negative where the part points away from h_L. In a post-norm model r_p is what the
    normalisations that follow, their scales held, make of what p writes.

    Args:
        probe: Number of the text, from 0.
        target: Which h_L is taken apart.
        embedding: Share of the embedding.
        attention: Share of each layer's attention, all heads and the bias.
        heads: Share of each head, a tuple a layer; of heads that share their key and value, of each group.
        neurons: Share of each layer's neurons together, without the bias.
        biases: Share of the bias of each layer's feed-forward network.
        norms: Share of the shifts of normalisations that stand in the stream; 0 of pre-norm models, whose stream meets
            none before the last.
        error: 1 minus the sum of all shares. It is rounding alone, about 1e-15 in float64 and 1e-6 in float32: a
            normalisation with its scale held is linear, so post-norm models add nothing to it.
        strongest: (layer, neuron, share) of the neurons with the largest |share|, largest first.
    """

    probe: int
    target: Target = "before the last normalisation"
    embedding: float
    attention: tuple[float, ...]
    heads: tuple[tuple[float, ...], ...]
    neurons: tuple[float, ...]
    biases: tuple[float, ...]
    norms: float
    error: float
    strongest: tuple[tuple[int, int, float], ...]

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a layer, after one for the embedding and the normalisations' shifts."""
        rows: Rows = [("embedding", "", "", f"{self.embedding:+.4f}"), ("shifts", "", "", f"{self.norms:+.4f}")]
        for layer, (attention, neurons, bias) in enumerate(zip(self.attention, self.neurons, self.biases, strict=True)):
            total = attention + neurons + bias
            rows.append((str(layer), f"{attention:+.4f}", f"{neurons + bias:+.4f}", f"{total:+.4f}"))
        return ("layer", "attention", "feed-forward", "together"), rows


class Anatomy(Record):
    """Everything that was seen of one model: what the page of `netwright anatomy` shows.

    Args:
        title: What was looked at.
        layers: Layer by layer.
        neurons: Neuron by neuron.
        graph: How information flows.
        deliveries: What each part delivers, one entry a text; empty where the model's stream cannot be taken apart.
        findings: What was found, in sentences, each statement with its figures.
        notes: What a reader must know.
    """

    title: str
    layers: LayerAnatomy
    neurons: NeuronAnatomy
    graph: DeliveryGraph
    deliveries: tuple[Delivery, ...] = ()
    findings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _deviation(column: tuple[float, ...]) -> float:
    if len(column) < 2:
        return 0.0
    mean = sum(column) / len(column)
    return math.sqrt(sum((value - mean) ** 2 for value in column) / (len(column) - 1))
