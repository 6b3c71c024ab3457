"""What was found in a model, in sentences: every statement with its figures."""

from collections import Counter
from itertools import pairwise

from netwright.anatomy.same_neurons import percent, same_neurons
from netwright.records.anatomy import Anatomy, Delivery, LayerAnatomy, NeuronAnatomy
from netwright.records.delivery_graph import DeliveryGraph

DIP = 0.005
"""Smallest fall of a mean cosine from one layer to the next that is called one."""


def findings(anatomy: Anatomy) -> tuple[str, ...]:
    """Return what an anatomy shows, in the order of its pages: layers, neurons, deliveries, graph.

    Args:
        anatomy: What was measured; its own findings are not looked at.

    Returns:
        Sentences.
    """
    return (
        *of_layers(anatomy.layers),
        *of_neurons(anatomy.neurons),
        *of_deliveries(anatomy.deliveries),
        *of_graph(anatomy.graph),
    )


def of_layers(layers: LayerAnatomy) -> tuple[str, ...]:
    """Return where the deciding token approaches its last state, where it moves away, and where inputs differ.

    Args:
        layers: Cosines by layer.

    Returns:
        Sentences.
    """
    mean, last = layers.mean, layers.layers
    steps = [after - before for before, after in pairwise(mean)]
    most = max(range(last), key=steps.__getitem__)
    half = next(layer for layer, value in enumerate(mean) if value - mean[0] >= (mean[-1] - mean[0]) / 2)
    falls = [(layer, step) for layer, step in enumerate(steps) if step <= -DIP]
    widest = max(range(last + 1), key=layers.spread.__getitem__)
    told = [
        f"The {layers.decision} token starts at a cosine of {mean[0]:+.2f} with its state {layers.target} and leaves "
        f"the last of {last} layers at {mean[-1]:+.2f} (means of {len(layers.probes)} inputs).",
        f"The largest step towards the decision is made in layer {most} ({mean[most]:+.2f} to {mean[most + 1]:+.2f}), "
        f"and half of the way from the embedding is done after {half} of {last} layers.",
    ]
    if falls:
        places = ", ".join(f"layer {layer} ({step:+.3f})" for layer, step in falls)
        told.append(f"The state moves away from the decision in {places}.")
    else:
        told.append(f"It moves away from the decision in no layer (no mean falls by {DIP} or more).")
    if len(layers.probes) > 1:
        spread = layers.spread[widest]
        told.append(f"Inputs differ most after {widest} of {last} layers: a standard deviation of {spread:.2f}.")
    if layers.other_cosines:
        other = layers.other_cosines
        told.append(
            f"Against the other target ({_other(layers)}) the last layer stands at "
            f"{sum(row[-1] for row in other) / len(other):+.2f} and the one before at "
            f"{sum(row[-2] for row in other) / len(other):+.2f}."
        )
    return tuple(told)


def of_neurons(neurons: NeuronAnatomy) -> tuple[str, ...]:
    """Return how many neurons point along or against the decision, where, and whether inputs share them.

    Args:
        neurons: The sets.

    Returns:
        Sentences.
    """
    inputs = len(neurons.probes)
    counts = [0.0] * len(neurons.sizes)
    for one in neurons.sets:
        counts[one.layer] += (len(one.aligned) + len(one.opposed)) / inputs
    most, total = max(range(len(counts)), key=counts.__getitem__), sum(neurons.sizes)
    share = sum(counts) / total if total else 0.0
    none = [str(layer) for layer, count in enumerate(counts) if not count]
    told = f"At a threshold of {neurons.threshold}, {percent(share)} of {total:,} neurons are active for an input"
    if share:
        told += f"; most of them in layer {most}: {counts[most]:.1f} of {neurons.sizes[most]:,}"
        told += f", none in {'layer' if len(none) == 1 else 'layers'} {', '.join(none)}" if none else ""
    largest = max(range(len(counts)), key=neurons.largest.__getitem__)
    return (
        f"{told}.",
        f"The largest |cosine| of any neuron with the decision is {neurons.largest[largest]:.3f}, in layer {largest}.",
        *same_neurons(neurons),
    )


def of_deliveries(deliveries: tuple[Delivery, ...]) -> tuple[str, ...]:
    """Return what the decision is made of: embedding, attention, neurons.

    Args:
        deliveries: One an input.

    Returns:
        Sentences; none without deliveries.
    """
    if not deliveries:
        return ()
    count = len(deliveries)
    embedding, norms = (
        sum(part) / count for part in ([d.embedding for d in deliveries], [d.norms for d in deliveries])
    )
    attention = [sum(column) / count for column in zip(*(d.attention for d in deliveries), strict=True)]
    neurons = [sum(column) / count for column in zip(*(d.neurons for d in deliveries), strict=True)]
    biases = sum(sum(d.biases) for d in deliveries) / count
    most, more = (max(range(len(part)), key=part.__getitem__) for part in (attention, neurons))
    named = Counter(place[:2] for d in deliveries for place in d.strongest)
    told = [
        f"Of the state {deliveries[0].target}, attention delivers {sum(attention):.1%}, neurons {sum(neurons):.1%}, "
        f"the embedding {embedding:.1%}, biases of feed-forward networks {biases:.1%} and shifts of normalisations "
        f"{norms:.1%} (means of {count} inputs; the sum is 1 within {max(abs(d.error) for d in deliveries):.0e}).",
        f"The attention that delivers most is that of layer {most} ({attention[most]:.1%}), the feed-forward network "
        f"that of layer {more} ({neurons[more]:.1%}).",
    ]
    if named:
        strong = sum(sum(share for _, _, share in d.strongest) for d in deliveries) / count
        (layer, neuron), times = named.most_common(1)[0]
        told.append(
            f"The {len(deliveries[0].strongest)} strongest neurons of an input deliver {strong:.1%} together; neuron "
            f"{neuron} of layer {layer} is among them for {times} of {count} inputs."
        )
    return tuple(told)


def of_graph(graph: DeliveryGraph) -> tuple[str, ...]:
    """Return where the graph narrows and widens again, what nothing reads, and what cancels.

    Args:
        graph: Nodes, edges and what was found in them.

    Returns:
        Sentences.
    """
    dangling = sum(node.dangling for node in graph.nodes)
    told = [
        f"The delivery graph has {len(graph.nodes):,} nodes at a threshold of {graph.threshold} "
        f"({', '.join(map(str, graph.counts))} by layer); joining all nodes of neighbouring layers would draw "
        f"{graph.presumed_edges:,} edges, and the {len(graph.edges):,} strongest are measured."
    ]
    for funnel in graph.funnels:
        (first, low, last), (wide, narrow, wider) = funnel.layers, funnel.counts
        told.append(
            f"It narrows from {wide} active neurons in layer {first} to {narrow} in layer {low}, then widens to "
            f"{wider} in layer {last}."
        )
    told.append(
        f"{dangling:,} of {len(graph.nodes):,} nodes are dangling: nothing later reads them with a |cosine| above what "
        f"random rows would reach ({graph.dangling_below:.3f} at most)."
    )
    if graph.offsets:
        one = graph.offsets[0]
        told.append(
            f"{len(graph.offsets):,} pairs of neurons offset each other; the closest are neuron {one.first[1]} of "
            f"layer {one.first[0]} and neuron {one.second[1]} of layer {one.second[0]} (cosine {one.cosine:.3f})."
        )
    else:
        told.append("No neuron offsets another one of a later layer (0 pairs).")
    return tuple(told)


def _other(layers: LayerAnatomy) -> str:
    return "before the normalisation" if layers.target.startswith("after") else "after the normalisation"
