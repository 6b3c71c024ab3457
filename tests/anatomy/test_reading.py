import pytest
import torch

from netwright.anatomy.decision_states import decision_states
from netwright.anatomy.head import heads_of
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

HEADS = {
    "bert": ("bert.pooler.dense",),
    "distilbert": ("pre_classifier",),
    "roberta": ("classifier.dense",),
    "gpt2": ("score",),
    "llama": ("score",),
}


def held_in(transformer, batches):
    return held_norms(transformer, decision_states(transformer, batches, norms_of(transformer)))


def carried(transformer, reader, layer, vectors, held):
    """Return what a vector written by a layer is when a reader takes it, step by step, input by input."""
    adapter, last = transformer.adapter, len(transformer.blocks)
    if adapter.norms == "post":
        steps = [f"{transformer.blocks[layer]}.{adapter.feed_forward_norm}"]
        for block in transformer.blocks[layer + 1 : reader.layer]:
            steps += [f"{block}.{adapter.attention_norm}", f"{block}.{adapter.feed_forward_norm}"]
        if reader.layer < last and "attention" not in reader.maps[0].split(".")[-3:] and reader.own:
            steps.append(f"{transformer.blocks[reader.layer]}.{adapter.attention_norm}")
    else:
        steps = list(reader.own)
    for step in steps:
        vectors = held[step].carry(vectors)
    return vectors


def test_a_folded_row_takes_of_what_is_written_what_the_row_takes_of_what_arrives(transformer, batches):
    parts = read_transformer(transformer)
    held = held_in(parts, batches)
    inputs = len(next(iter(held.values())).gain)
    generator = torch.Generator().manual_seed(0)
    readers = [read(parts, layer) for layer in (1, 2) for read in (attention_reader, feed_forward_reader)]
    for reader in [*readers, head_reader(parts, heads_of(parts, batches[0]))]:
        rows = rows_of(parts, reader)
        seen = list(folded(parts, reader, rows, held))
        assert [layer for layer, _, _ in seen] == list(reversed(range(reader.layer)))
        for layer, pulled, lengths in seen:
            written = torch.randn(inputs, rows.shape[1], generator=generator, dtype=torch.float64)
            expected = carried(parts, reader, layer, written, held) @ rows.T
            torch.testing.assert_close((written @ pulled.T) * lengths[:, None], expected)


@pytest.mark.parametrize("family", HEADS)
def test_the_maps_that_read_the_last_state_are_found(family, build_transformer, make_batch):
    parts = read_transformer(build_transformer(family))
    for side in ("right", "left") if family in ("gpt2", "llama") else ("right",):
        assert heads_of(parts, make_batch(side=side)) == HEADS[family]
    assert not parts.model.training


def test_a_model_without_a_head_has_none_and_keeps_its_modes(build_transformer, make_batch):
    bare = build_transformer("llama").model.train()
    bare.layers[1].eval()
    assert heads_of(read_transformer(bare), make_batch()) == ()
    assert bare.training
    assert not bare.layers[1].training


def test_half_precision_is_compared_in_single(build_transformer):
    parts = read_transformer(build_transformer("gpt2", torch.bfloat16))
    assert rows_of(parts, feed_forward_reader(parts, 1), [2, 0]).dtype == torch.float32
    expected = parts.module("transformer.h.1.mlp.c_proj").weight[[3]].float()
    torch.testing.assert_close(written_by(parts, 1, [3]), expected)
