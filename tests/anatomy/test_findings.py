"""Sentences on records made by hand: each has the figures of the record."""

from netwright.anatomy.findings import of_deliveries, of_graph, of_layers, of_neurons
from netwright.records.anatomy import Delivery, LayerAnatomy, NeuronAnatomy, NeuronSet, Probe
from netwright.records.delivery_graph import DeliveryGraph, Edge, Funnel, Node, Offset

AFTER = "after the last normalisation"
TWO = (Probe(text="a"), Probe(text="b"))


def _layers(*rows, other=()):
    return LayerAnatomy(
        model="m", target=AFTER, decision="last", probes=TWO[: len(rows)], cosines=rows, other_cosines=other
    )


def test_layers_tell_where_the_decision_is_made_where_it_dips_and_where_inputs_differ():
    told = of_layers(_layers((-0.2, 0.1, 0.0, 0.9), (-0.4, 0.3, 0.0, 0.9), other=((0, 0, 0.5, 1), (0, 0, 0.7, 1))))
    assert told[0] == (
        "The last token starts at a cosine of -0.30 with its state after the last normalisation and leaves the last of "
        "3 layers at +0.90 (means of 2 inputs)."
    )
    assert "largest step towards the decision is made in layer 2 (+0.00 to +0.90), and half" in told[1]
    assert "done after 3 of 3 layers" in told[1]
    assert told[2] == "The state moves away from the decision in layer 1 (-0.200)."
    assert "after 0 of 3 layers" in told[3] or "after 1 of 3 layers" in told[3]
    assert "standard deviation of 0.14" in told[3]
    assert "(before the normalisation) the last layer stands at +1.00 and the one before at +0.60" in told[4]


def test_a_state_that_only_approaches_is_told_so():
    told = of_layers(_layers((0.1, 0.2, 1.0)))
    assert told[2] == "It moves away from the decision in no layer (no mean falls by 0.005 or more)."
    assert len(told) == 3


def test_neurons_tell_how_many_are_active_and_where():
    sets = [
        NeuronSet(layer=layer, probe=probe, aligned=(1, 2) if layer == 2 else (), opposed=(3,) if layer else ())
        for layer in range(3)
        for probe in range(1)
    ]
    neurons = NeuronAnatomy(
        model="m", target=AFTER, probes=TWO[:1], threshold="0.35", bounds=(0.35,) * 3, sizes=(1000,) * 3,
        sets=tuple(sets), overlaps=(), target_cosines=((1.0,),), largest=(0.1, 0.4, 0.36),
    )  # fmt: skip
    told = of_neurons(neurons)
    assert told[0] == (
        "At a threshold of 0.35, 0.1% of 3,000 neurons are active for an input; most of them in layer 2: 3.0 of 1,000, "
        "none in layer 0."
    )
    assert told[1] == "The largest |cosine| of any neuron with the decision is 0.400, in layer 1."


def test_deliveries_tell_what_the_state_is_made_of():
    parts = [
        Delivery(
            probe=probe, target=AFTER, embedding=0.1, attention=(0.1, 0.3), heads=((0.1,), (0.3,)),
            neurons=(0.25, 0.15),
            biases=(0.04, 0.0), norms=0.06, error=1e-9 * probe, strongest=((0, 5, 0.2), (1, probe, -0.05)),
        )
        for probe in range(3)
    ]  # fmt: skip
    told = of_deliveries(tuple(parts))
    assert (
        "attention delivers 40.0%, neurons 40.0%, the embedding 10.0%, biases of feed-forward networks 4.0%" in told[0]
    )
    assert "shifts of normalisations 6.0% (means of 3 inputs; the sum is 1 within 2e-09)" in told[0]
    assert "that of layer 1 (30.0%), the feed-forward network that of layer 0 (25.0%)" in told[1]
    assert (
        "2 strongest neurons of an input deliver 15.0% together; neuron 5 of layer 0 is among them for 3 of 3"
        in told[2]
    )
    assert of_deliveries(()) == ()


def _graph(**changes):
    nodes = (Node(layer=0, neuron=4, cosine=0.4), Node(layer=1, neuron=2, cosine=-0.5, dangling=True))
    fields = {
        "model": "m", "threshold": "0.35", "sizes": (9, 9), "nodes": nodes, "funnels": (), "offsets": (),
        "edges": (Edge(source=0, target=1, cosine=0.2, attribution=0.1),), "dangling_below": 0.125, "presumed_edges": 1,
    }  # fmt: skip
    return DeliveryGraph(**(fields | changes))


def test_the_graph_tells_its_funnels_its_dangling_nodes_and_its_offsets():
    told = of_graph(
        _graph(
            funnels=(Funnel(layers=(2, 3, 5), counts=(40, 7, 30)),),
            offsets=(Offset(first=(0, 8), second=(1, 6), cosine=-0.97),),
        )
    )
    assert "has 2 nodes at a threshold of 0.35 (1, 1 by layer)" in told[0]
    assert "would draw 1 edges, and the 1 strongest are measured" in told[0]
    assert told[1] == "It narrows from 40 active neurons in layer 2 to 7 in layer 3, then widens to 30 in layer 5."
    assert told[2].startswith("1 of 2 nodes are dangling")
    assert "0.125" in told[2]
    assert "neuron 8 of layer 0 and neuron 6 of layer 1 (cosine -0.970)" in told[3]
    assert of_graph(_graph())[-1] == "No neuron offsets another one of a later layer (0 pairs)."
