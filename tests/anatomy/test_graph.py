import pytest
import torch

from netwright.anatomy.decision_states import targets_of
from netwright.anatomy.graph import Limits, delivery_graph
from netwright.anatomy.neurons import neuron_anatomy, neuron_cosines
from netwright.anatomy.probes import PROBES
from netwright.anatomy.threshold import Absolute, Deviations
from netwright.records.delivery_graph import DeliveryGraph
from netwright.records.errors import ModelError
from netwright.structure.transformer.read import read_transformer


def test_nodes_are_neurons_whose_mean_size_passes_the_bound(transformer, batches):
    threshold = Deviations(1.2)
    graph = delivery_graph(transformer, batches, threshold=threshold)
    parts = read_transformer(transformer)
    expected = [
        (layer, neuron, float(cosines[:, neuron].mean()))
        for layer, cosines in enumerate(neuron_cosines(parts, targets_of(parts, batches)))
        for neuron in range(cosines.shape[1])
        if float(cosines[:, neuron].abs().mean()) > threshold.bound(cosines)
    ]
    assert [(node.layer, node.neuron) for node in graph.nodes] == [place[:2] for place in expected]
    torch.testing.assert_close([node.cosine for node in graph.nodes], [place[2] for place in expected])
    assert graph.counts == tuple(sum(place[0] == layer for place in expected) for layer in range(3))
    assert graph.presumed_edges == graph.counts[0] * graph.counts[1] + graph.counts[1] * graph.counts[2]
    assert graph.sizes == (24, 24, 24)
    for edge in graph.edges:
        assert graph.nodes[edge.source].layer < graph.nodes[edge.target].layer
    assert DeliveryGraph.from_json(graph.to_json()) == graph


def test_of_one_text_the_nodes_are_the_aligned_and_the_opposed(build_transformer, make_batch):
    model, batch = build_transformer("bert"), [make_batch((5,))]
    graph = delivery_graph(model, batch, threshold=Absolute(0.35))
    sets = neuron_anatomy(model, batch, threshold=Absolute(0.35)).sets
    expected = {(one.layer, neuron) for one in sets for neuron in (*one.aligned, *one.opposed)}
    assert {(node.layer, node.neuron) for node in graph.nodes} == expected
    assert expected


def test_the_limits_are_kept(build_transformer, batches):
    model = build_transformer("gpt2")
    graph = delivery_graph(
        model, batches, threshold=Absolute(0.0), limits=Limits(edges=7, offsets=2, offset_below=-0.1)
    )
    assert graph.counts == (24, 24, 24)
    assert len(graph.edges) == 7
    assert len(graph.offsets) == 2
    whole = delivery_graph(model, batches, threshold=Absolute(0.0), limits=Limits(edges=10**6))
    assert len(whole.edges) == 3 * 24 * 24
    assert graph.edges == whole.edges[:7]


def test_a_threshold_that_nothing_passes_leaves_an_empty_graph(transformer, batches):
    graph = delivery_graph(transformer, batches, threshold=Absolute(1.0))
    assert (graph.nodes, graph.edges, graph.funnels, graph.presumed_edges) == ((), (), (), 0)


def test_half_precision_is_looked_at_too(build_transformer, batches):
    graph = delivery_graph(build_transformer("llama", torch.bfloat16), batches, threshold=Deviations(1.0))
    assert graph.nodes
    assert graph.edges


def test_probes_that_are_not_the_inputs_are_refused(build_transformer, batches):
    with pytest.raises(ModelError, match="4 inputs and there are 10 probes"):
        delivery_graph(build_transformer("bert"), batches, PROBES)
