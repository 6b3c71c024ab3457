"""The whole anatomy of each family."""

from netwright.anatomy.graph import delivery_graph
from netwright.anatomy.layers import layer_anatomy
from netwright.anatomy.neurons import neuron_anatomy
from netwright.anatomy.threshold import Deviations
from netwright.anatomy.whole import anatomy_of
from netwright.records.anatomy import Anatomy, Probe


def test_it_holds_what_its_parts_tell_and_comes_back_from_json(transformer, batches):
    probes = [Probe(text=text) for text in "abcd"]
    threshold = Deviations(1.0)
    # an iterator: batches are read once
    seen = anatomy_of(transformer, iter(batches), probes, threshold, title="tiny")
    assert seen.title == "tiny"
    assert seen.layers == layer_anatomy(transformer, batches, probes)
    assert seen.neurons == neuron_anatomy(transformer, batches, probes, threshold)
    assert seen.graph == delivery_graph(transformer, batches, probes, threshold)
    assert (len(seen.deliveries), seen.notes) == (4, ())
    assert len(seen.findings) >= 10
    assert all(any(sign.isdigit() for sign in sentence) for sentence in seen.findings)
    assert Anatomy.from_json(seen.to_json()) == seen


def test_a_stream_that_cannot_be_taken_apart_leaves_a_note(build_transformer, batches):
    model = build_transformer("gpt2")
    model.transformer.h[1].register_forward_hook(lambda _, __, made: made * 1.5)
    seen = anatomy_of(model, batches)
    assert seen.deliveries == ()
    assert "What each part delivers cannot be told: " in seen.notes[0]
    assert seen.title == "GPT2ForSequenceClassification"
