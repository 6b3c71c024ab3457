import pytest
import torch

from netwright.anatomy import offsets
from netwright.anatomy.cosine import cosine
from netwright.anatomy.offsets import offsets_of
from netwright.anatomy.reading import written_by
from netwright.structure.transformer.read import read_transformer


def slow(parts, below):
    written = [(layer, n, w) for layer in range(3) for n, w in enumerate(written_by(parts, layer))]
    pairs = [(float(cosine(w, v)), (a, i), (b, j)) for a, i, w in written for b, j, v in written if a < b]
    return sorted(pair for pair in pairs if pair[0] < below)


@pytest.mark.parametrize("block", [4096, 5])
def test_pairs_are_those_of_a_search_one_by_one(block, build_transformer, monkeypatch):
    monkeypatch.setattr(offsets, "BLOCK", block)
    parts = read_transformer(build_transformer("distilbert"))
    expected = slow(parts, -0.5)
    found = offsets_of(parts, -0.5)
    assert [(one.first, one.second) for one in found] == [pair[1:] for pair in expected]
    torch.testing.assert_close([one.cosine for one in found], [pair[0] for pair in expected])
    assert offsets_of(parts, -0.5, most=3) == found[:3]


def test_a_planted_pair_of_any_length_comes_first(build_transformer):
    model = build_transformer("gpt2")
    with torch.no_grad():
        blocks = model.transformer.h
        blocks[2].mlp.c_proj.weight[7] = -3 * blocks[0].mlp.c_proj.weight[4]
    first = offsets_of(read_transformer(model))[0]
    assert (first.first, first.second) == ((0, 4), (2, 7))
    assert abs(first.cosine + 1) < 1e-9
