import math

import torch

from netwright.anatomy.cosine import cosine
from netwright.anatomy.dangling import chance_bounds, chance_cosine, closest_reader
from netwright.anatomy.decision_states import decision_states
from netwright.anatomy.reading import (
    attention_reader,
    feed_forward_reader,
    folded,
    head_reader,
    held_norms,
    norms_of,
    rows_of,
    written_by,
)
from netwright.structure.transformer.read import read_transformer


def readers_of(parts, heads):
    inside = [read(parts, layer) for layer in (1, 2) for read in (attention_reader, feed_forward_reader)]
    return [*inside, head_reader(parts, heads)] if heads else inside


def held_in(parts, batches):
    return held_norms(parts, decision_states(parts, batches, norms_of(parts)))


def test_in_the_plane_the_bound_follows_from_a_uniform_angle():
    for readers in (1, 3, 40):
        below = 1 - math.acos(chance_cosine(readers, 2)) / (math.pi / 2)
        assert math.isclose(below**readers, 0.5, rel_tol=1e-9)


def test_half_of_random_draws_stay_below_the_bound():
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(4000, 30, 12, generator=generator)
    largest = cosine(rows, torch.eye(12)[0]).abs().amax(1)
    share = float((largest < chance_cosine(30, 12)).float().mean())
    assert abs(share - 0.5) < 4 * math.sqrt(0.25 / 4000)


def test_the_closest_reader_is_the_largest_cosine_over_all_later_rows(transformer, batches):
    parts = read_transformer(transformer)
    held, nodes = held_in(parts, batches), {0: [2, 11], 1: [], 2: [5]}
    readers = readers_of(parts, ())
    found = closest_reader(parts, readers, nodes, held)
    rows = [
        pulled for one in readers for layer, pulled, _ in folded(parts, one, rows_of(parts, one), held) if layer == 0
    ]
    expected = cosine(written_by(parts, 0, [2, 11])[:, None], torch.cat(rows)).abs().amax(1)
    torch.testing.assert_close(found[0], expected)
    # nothing stands behind the last layer, and no neuron of layer 1 was asked for
    assert set(found) == {0}
    assert set(chance_bounds(parts, readers)) == {0, 1}


def test_only_what_the_head_reads_is_read_of_the_last_layer(build_transformer, batches):
    model = build_transformer("gpt2")
    parts = read_transformer(model)
    rows = model.score.weight.detach() * model.transformer.ln_f.weight.detach()
    rows = rows - rows.mean(1, keepdim=True)
    away = torch.linalg.qr(torch.cat([rows, torch.ones(1, 16, dtype=rows.dtype)]).T, mode="complete").Q[:, 5]
    with torch.no_grad():
        model.transformer.h[2].mlp.c_proj.weight[0] = rows[1]
        model.transformer.h[2].mlp.c_proj.weight[1] = away
    found = closest_reader(parts, readers_of(parts, ("score",)), {2: [0, 1]}, held_in(parts, batches))
    torch.testing.assert_close(found[2], torch.tensor([1.0, 0.0], dtype=torch.float64))


def test_fewer_readers_have_a_lower_bound(build_transformer):
    parts = read_transformer(build_transformer("llama"))
    bounds = chance_bounds(parts, readers_of(parts, ("score",)))
    assert bounds[0] > bounds[1] > bounds[2]
    assert bounds[2] == chance_cosine(2, 16)
