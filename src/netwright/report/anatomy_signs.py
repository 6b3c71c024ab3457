"""Which way a neuron points, over several texts: along the decision, against it, or one for some and one for others."""

from collections.abc import Mapping

from netwright.records.anatomy import Anatomy
from netwright.records.delivery_graph import Node

SIGNS = ("aligned", "opposed", "changes sides")


def signs_of(record: Anatomy) -> Mapping[Node, str]:
    """Return which of `SIGNS` each node of the delivery graph has.

    Args:
        record: What was seen of a model.

    Returns:
        Node -> sign; by the sets of the single texts, and where it is in none of them by its mean cosine.
    """
    up = {(one.layer, neuron) for one in record.neurons.sets for neuron in one.aligned}
    down = {(one.layer, neuron) for one in record.neurons.sets for neuron in one.opposed}
    return {
        node: _sign(node, (node.layer, node.neuron) in up, (node.layer, node.neuron) in down)
        for node in record.graph.nodes
    }


def _sign(node: Node, aligned: bool, opposed: bool) -> str:
    if aligned and opposed:
        return "changes sides"
    if aligned == opposed:
        return "aligned" if node.cosine > 0 else "opposed"
    return "aligned" if aligned else "opposed"
