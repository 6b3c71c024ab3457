"""Anatomies made by hand: of an encoder on ten texts, of a decoder on one, and of texts that are markup."""

import random

from netwright.records.anatomy import Anatomy, Delivery, LayerAnatomy, NeuronAnatomy, NeuronOverlap, NeuronSet, Probe
from netwright.records.delivery_graph import DeliveryGraph, Edge, Funnel, Node, Offset

AFTER, BEFORE = "after the last normalisation", "before the last normalisation"


def make_probes(texts=10):
    tasks = ("tone", "aspects", "extremes", "irony", "objective")
    return tuple(Probe(text=f"text number {at}", task=tasks[at // 2 % 5]) for at in range(texts))


def make_graph(layers=4, size=200, active=(9, 4, 12, 6)):
    draw = random.Random(0)
    nodes = tuple(
        Node(layer=layer, neuron=neuron, cosine=draw.uniform(-0.5, 0.5), dangling=draw.random() < 0.2)
        for layer, count in enumerate(active)
        for neuron in sorted(draw.sample(range(size), count))
    )
    edges = tuple(
        Edge(source=0, target=at, cosine=draw.uniform(-1, 1), attribution=9.0 / at) for at in range(9, len(nodes))
    )
    return DeliveryGraph(
        model="BertModel",
        threshold="0.35",
        sizes=(size,) * layers,
        nodes=nodes,
        edges=edges,
        funnels=(Funnel(layers=(0, 1, 2), counts=(9, 4, 12)),),
        dangling_below=0.18,
        offsets=(Offset(first=(0, 3), second=(2, 170), cosine=-0.93),),
        presumed_edges=156,
    )


def make_anatomy(texts=10, layers=4, size=200):
    draw = random.Random(1)
    probes = make_probes(texts)
    rising = tuple(tuple([draw.uniform(-0.2, 0.6) for _ in range(layers)] + [1.0]) for _ in probes)
    sides = [(-1) ** at for at in range(texts)]
    return Anatomy(
        title="ft",
        layers=LayerAnatomy(model="BertModel", target=AFTER, decision="first", probes=probes, cosines=rising),
        neurons=NeuronAnatomy(
            model="BertModel",
            target=AFTER,
            probes=probes,
            threshold="0.35",
            bounds=(0.35,) * layers,
            sizes=(size,) * layers,
            sets=tuple(
                NeuronSet(layer=layer, probe=probe, aligned=(1, 2), opposed=(3,))
                for layer in range(layers)
                for probe in range(texts)
            ),
            overlaps=tuple(
                NeuronOverlap(
                    layer=layer, jaccard=0.8, signed_jaccard=0.5, correlation=0.1, least_correlation=-0.9, active=0.02
                )
                for layer in range(layers)
                if texts > 1
            ),
            target_cosines=tuple(
                tuple(1.0 if i == j else 0.9 * a * b for j, b in enumerate(sides)) for i, a in enumerate(sides)
            ),
            largest=(0.5,) * layers,
        ),
        graph=make_graph(layers, size),
        deliveries=tuple(
            Delivery(
                probe=probe,
                embedding=0.1,
                attention=(0.1, -0.05, 0.2, 0.15),
                heads=((0.1,), (-0.05,), (0.2,), (0.15,)),
                neurons=(0.1, 0.1, 0.15, 0.1),
                biases=(0.0, 0.0, 0.01, 0.0),
                norms=0.04,
                error=1e-9,
                strongest=((2, 17, 0.08), (1, probe, -0.03)),
            )
            for probe in range(texts)
        ),
        findings=("Inputs share 80% of their active neurons.",),
    )


def make_decoder():
    """One text, two targets, no active neuron, nothing taken apart."""
    whole = make_anatomy(texts=1)
    layers = whole.layers.model_copy(update={"decision": "last", "other_cosines": ((0.1, 0.2, 0.3, 0.4, 0.5),)})
    quiet = {"nodes": (), "edges": (), "funnels": (), "offsets": (), "presumed_edges": 0}
    return whole.model_copy(
        update={
            "layers": layers,
            "graph": whole.graph.model_copy(update=quiet),
            "deliveries": (),
            "notes": ("What each part delivers cannot be told: it scales its stream.",),
        }
    )


def make_hostile():
    evil = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked=1">'
    whole = make_anatomy()
    probes = tuple(Probe(text=evil, task=evil) for _ in whole.layers.probes)
    return whole.model_copy(
        update={
            "title": evil,
            "layers": whole.layers.model_copy(update={"probes": probes}),
            "neurons": whole.neurons.model_copy(update={"probes": probes}),
            "findings": (evil,),
        }
    )
