"""Layer anatomy against the formula, input by input."""

import math

import pytest
import torch

from netwright.anatomy.decision_states import AFTER, BEFORE
from netwright.anatomy.layers import layer_anatomy
from netwright.records.anatomy import Probe
from netwright.records.errors import ModelError


def _cosine(first, second):
    a, b = first.tolist(), second.tolist()
    return sum(x * y for x, y in zip(a, b, strict=True)) / (math.hypot(*a) * math.hypot(*b))


def test_an_encoder_ends_at_1_and_has_one_target(build_transformer, make_batch):
    model, batch = build_transformer("bert"), make_batch()
    seen = layer_anatomy(model, [batch], [Probe(text=text) for text in "abc"])
    with torch.no_grad():
        states = model(**batch, output_hidden_states=True).hidden_states
    for row, cosines in enumerate(seen.cosines):
        assert cosines == pytest.approx([_cosine(state[row, 0], states[-1][row, 0]) for state in states], abs=1e-12)
    assert (seen.decision, seen.layers, seen.other_cosines) == ("first", 3, ())
    assert [probe.text for probe in seen.probes] == ["a", "b", "c"]
    assert [cosines[-1] for cosines in seen.cosines] == pytest.approx([1.0] * 3)


def test_a_decoder_tells_what_its_last_normalisation_does(build_transformer, make_batch):
    model, batch = build_transformer("gpt2"), make_batch((6, 4))
    seen = layer_anatomy(model, [batch])
    with torch.no_grad():
        states = model(**batch, output_hidden_states=True).hidden_states
    # layer 0 ... L - 1 as transformers shows them; its last state is normalised, and not layer L's
    for row, last in enumerate((5, 3)):
        expected = [_cosine(state[row, last], states[-1][row, last]) for state in states]
        assert seen.cosines[row][:-1] == pytest.approx(expected[:-1], abs=1e-12)
        assert seen.cosines[row][-1] < 0.999
        assert expected[-1] == pytest.approx(1.0)
    assert [cosines[-1] for cosines in seen.other_cosines] == pytest.approx([1.0] * 2)
    other = layer_anatomy(model, [batch], target=BEFORE)
    assert (other.cosines, other.other_cosines) == (seen.other_cosines, seen.cosines)
    assert (seen.target, other.target, seen.decision) == (AFTER, BEFORE, "last")


def test_it_does_not_matter_how_inputs_are_batched(transformer, make_batch):
    together = make_batch((6, 4, 5), width=9)
    alone = [{name: part[row : row + 1] for name, part in together.items()} for row in range(3)]
    whole = layer_anatomy(transformer, [together])
    for row, cosines in enumerate(layer_anatomy(transformer, alone).cosines):
        assert cosines == pytest.approx(whole.cosines[row], abs=1e-12)


def test_probes_must_go_with_the_rows(build_transformer, batches):
    with pytest.raises(ModelError, match="4 inputs and there are 1 probes"):
        layer_anatomy(build_transformer("bert"), batches, [Probe(text="one")])
