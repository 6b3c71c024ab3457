import pytest
import torch
from tests.pruning.conftest import FAMILIES, make_batches, make_classifier

from netwright.structure.transformer.read import read_transformer
from netwright.structure.transformer.stream import at_decision, decision_places, real_tokens, streamed


@pytest.mark.parametrize("family", FAMILIES)
def test_states_are_those_that_transformers_tells(family):
    model, batch = make_classifier(family), make_batches(1)[0]
    found = read_transformer(model)
    with torch.no_grad(), streamed(found) as stream:
        told = model(**batch, output_hidden_states=True).hidden_states
    assert len(stream.states) == len(told) == 3
    for ours, theirs in zip(stream.states[:-1], told[:-1], strict=True):
        torch.testing.assert_close(ours, theirs)
    # of models with a last normalisation transformers tells the state after it
    torch.testing.assert_close(stream.final if found.final_norm else stream.states[-1], told[-1])


def test_the_stream_is_that_of_the_last_pass_and_the_hooks_go():
    model, batches = make_classifier("bert"), make_batches(2)
    found = read_transformer(model)
    with torch.no_grad(), streamed(found) as stream:
        model(**batches[0])
        model(**batches[1])
    assert len(stream.entering) == 2
    before = stream.leaving[0]
    with torch.no_grad():
        model(**batches[0])
    assert stream.leaving[0] is before


def test_without_a_mask_every_token_is_real():
    states = torch.zeros(2, 3, 4)
    assert real_tokens({}, states).all()
    assert real_tokens({"attention_mask": torch.tensor([[1, 1, 0], [1, 0, 0]])}, states).sum() == 3


def test_the_deciding_state_is_taken_from_each_text():
    states = torch.arange(12.0).view(2, 3, 2)
    real = torch.tensor([[True, True, False], [False, True, True]])
    assert at_decision(states, decision_places(real, "last")).tolist() == [[2.0, 3.0], [10.0, 11.0]]
    assert at_decision(states, decision_places(real, "first")).tolist() == [[0.0, 1.0], [8.0, 9.0]]
