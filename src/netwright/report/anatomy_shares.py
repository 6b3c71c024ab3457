"""What the parts of a network deliver, as means over the texts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from netwright.records.anatomy import Delivery

PARTS = ("embedding", "attention", "neurons", "biases", "shifts")
"""Kinds of parts, in the order in which they are drawn."""


@dataclass(frozen=True)
class Share:
    """What one part delivers.

    Args:
        row: Where it stands: `embedding`, `layer 3`, `shifts`.
        part: One of `PARTS`.
        share: Of the state that decides, mean over the texts.
    """

    row: str
    part: str
    share: float


@dataclass(frozen=True)
class StrongNeuron:
    """A neuron that is among the strongest of some texts.

    Args:
        layer: Number of the block.
        neuron: Number of the neuron.
        texts: Of how many texts it is among the strongest.
        share: What it delivers, mean over those texts.
    """

    layer: int
    neuron: int
    texts: int
    share: float


def mean_shares(deliveries: Sequence[Delivery]) -> tuple[Share, ...]:
    """Return what every part delivers, means over the texts; they sum to 1 but for rounding.

    Args:
        deliveries: One a text, at least one.

    Returns:
        The embedding, then each layer's attention, neurons and biases, then the shifts of normalisations.
    """
    layers = range(len(deliveries[0].neurons))
    inside = [
        Share(f"layer {layer}", part, _mean([getattr(one, part)[layer] for one in deliveries]))
        for layer in layers
        for part in ("attention", "neurons", "biases")
    ]
    first = Share("embedding", "embedding", _mean([one.embedding for one in deliveries]))
    return (first, *inside, Share("shifts", "shifts", _mean([one.norms for one in deliveries])))


def strong_neurons(deliveries: Sequence[Delivery]) -> tuple[StrongNeuron, ...]:
    """Return the neurons that are among the strongest of most texts, those with the largest |share| first among equals.

    Args:
        deliveries: One a text.

    Returns:
        The neurons.
    """
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    for one in deliveries:
        for layer, neuron, share in one.strongest:
            found[layer, neuron].append(share)
    neurons = [StrongNeuron(*place, len(shares), _mean(shares)) for place, shares in found.items()]
    return tuple(sorted(neurons, key=lambda one: (-one.texts, -abs(one.share))))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
