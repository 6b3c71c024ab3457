import torch

from netwright.anatomy.decision_states import decision_states
from netwright.anatomy.edges import edges_of, presumed_edges
from netwright.anatomy.reading import held_norms, norms_of, written_by
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import read_transformer


def looked_at(model, batches):
    parts = read_transformer(model)
    outs = [site.reader for site in parts.neurons]
    seen = decision_states(parts, batches, [*outs, *norms_of(parts)])
    return parts, [seen.read[path] for path in outs], held_norms(parts, seen)


def slow(parts, nodes, activations, held):
    """Return every edge by carrying what each neuron writes for each input, normalisation by normalisation."""
    places = [(layer, neuron) for layer, neurons in nodes.items() for neuron in neurons]
    attention, feed_forward = parts.adapter.attention_norm, parts.adapter.feed_forward_norm
    found = {}
    for i, (layer, neuron) in enumerate(places):
        for j, (later, other) in enumerate(places):
            if later <= layer:
                continue
            if parts.adapter.norms == "pre":
                steps = [f"{parts.blocks[later]}.{feed_forward}"]
            else:
                between = [
                    f"{block}.{norm}" for block in parts.blocks[layer : later + 1] for norm in (attention, feed_forward)
                ]
                steps = between[1:-1]
            writes = written_by(parts, layer, [neuron])
            moved = activations[layer][:, [neuron]] * writes
            for step in steps:
                moved = held[step].carry(moved)
            row = weight_of(parts.module(parts.neurons[later].makers[0].path))[other].detach()
            found[i, j] = float((moved @ row).mean())
    return found


def test_attributions_are_those_of_a_walk_through_every_normalisation(transformer, batches):
    parts, activations, held = looked_at(transformer, batches)
    nodes = {0: [1, 5, 20], 1: [0, 7], 2: [3, 23]}
    expected = slow(parts, nodes, activations, held)
    edges = edges_of(parts, nodes, activations, held)
    assert {(edge.source, edge.target) for edge in edges} == set(expected)
    for edge in edges:
        torch.testing.assert_close(edge.attribution, expected[edge.source, edge.target], rtol=1e-6, atol=1e-9)
    sizes = [abs(edge.attribution) for edge in edges]
    assert sizes == sorted(sizes, reverse=True)
    assert edges_of(parts, nodes, activations, held, most=5) == edges[:5]


def test_an_edge_of_cosine_one_joins_a_writer_to_a_row_along_it(build_transformer, batches):
    model = build_transformer("gpt2")
    later = model.transformer.h[2]
    with torch.no_grad():
        row = later.mlp.c_fc.weight[:, 4] * later.ln_2.weight
        model.transformer.h[0].mlp.c_proj.weight[9] = row - row.mean()
    parts, activations, held = looked_at(model, batches)
    (edge,) = edges_of(parts, {0: [9], 1: [], 2: [4]}, activations, held)
    torch.testing.assert_close(edge.cosine, 1.0)
    assert (edge.source, edge.target) == (0, 1)


def test_presumed_edges_join_neighbouring_layers_only():
    assert presumed_edges([]) == presumed_edges([5]) == 0
    assert presumed_edges([2, 3, 4]) == 2 * 3 + 3 * 4
