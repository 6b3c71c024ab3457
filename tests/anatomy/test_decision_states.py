"""States of the deciding token against those that transformers hands out itself."""

import pytest
import torch

from netwright.anatomy.decision_states import AFTER, BEFORE, decision_states, targets_of
from netwright.records.errors import ModelError
from netwright.structure.transformer.read import read_transformer


def _row_by_row(model, batches):
    """Return the same states from `hidden_states`, a text at a time, without padding."""
    states = []
    for batch in batches:
        for ids, mask in zip(batch["input_ids"], batch["attention_mask"], strict=True):
            with torch.no_grad():
                told = model(input_ids=ids[mask > 0][None], output_hidden_states=True).hidden_states
            at = -1 if read_transformer(model).adapter.decision == "last" else 0
            states.append(torch.stack([state[0, at] for state in told]))
    return torch.stack(states, 1)


def test_they_are_the_states_of_transformers(transformer, batches):
    found = decision_states(read_transformer(transformer), batches)
    expected = _row_by_row(transformer, batches)
    torch.testing.assert_close(found.states[:-1], expected[:-1], rtol=0, atol=1e-12)
    # the last hidden state of transformers is after the last normalisation
    torch.testing.assert_close(found.target(AFTER), expected[-1], rtol=0, atol=1e-12)
    assert found.states.shape == (4, 4, 16)
    assert torch.equal(found.target(BEFORE), found.states[-1])


def test_padding_changes_nothing_on_either_side(transformer, make_batch, place_texts):
    found = read_transformer(transformer)
    plain = targets_of(found, [place_texts(transformer, make_batch())])
    for side in ("right", "left"):
        more = targets_of(found, [place_texts(transformer, make_batch(side=side, width=11))])
        torch.testing.assert_close(more, plain, rtol=0, atol=1e-6 if "Llama" in type(transformer).__name__ else 1e-12)


def test_the_inputs_of_modules_are_those_of_the_deciding_token(build_transformer, make_batch):
    found = read_transformer(build_transformer("gpt2"))
    reader = found.neurons[2].reader
    batch = make_batch((5, 3))
    kept = []
    handle = found.module(reader).register_forward_pre_hook(lambda _, args: kept.append(args[0]))
    seen = decision_states(found, [batch], [reader])
    handle.remove()
    assert torch.equal(seen.read[reader], torch.stack([kept[0][0, 4], kept[0][1, 2]]))


def test_dropout_is_off_and_modes_come_back(build_transformer, batches):
    model = build_transformer("bert").train()
    model.bert.encoder.layer[1].eval()
    modes = [module.training for module in model.modules()]
    found = read_transformer(model)
    assert torch.equal(targets_of(found, batches), targets_of(found, batches))
    assert [module.training for module in model.modules()] == modes
    assert all(not module._forward_hooks and not module._forward_pre_hooks for module in model.modules())


def test_what_cannot_be_looked_at_is_refused(build_transformer, make_batch):
    model = build_transformer("bert")
    found = read_transformer(model)
    with pytest.raises(ModelError, match="no batch"):
        decision_states(found, [])
    empty = make_batch()
    empty["attention_mask"][1] = 0
    with pytest.raises(ModelError, match="row 1 of a batch has no real token"):
        decision_states(found, [empty])
    with pytest.raises(ModelError, match="cannot be called"):
        decision_states(found, [{"ids": torch.zeros(1, 2)}])
    for layer in model.bert.encoder.layer:
        layer.chunk_size_feed_forward = 2
    with pytest.raises(ModelError, match="chunk_size_feed_forward"):
        decision_states(found, [make_batch()], [found.neurons[0].reader])


def test_numbers_that_are_none_are_named(build_transformer, make_batch):
    model = build_transformer("bert")
    with torch.no_grad():
        model.bert.encoder.layer[1].output.dense.bias[0] = float("nan")
    with pytest.raises(ModelError, match="h_2 of BertForSequenceClassification is not finite for input 0"):
        targets_of(read_transformer(model), [make_batch()])
