"""Neuron anatomy against the formula, neuron by neuron."""

import math

import pytest
import torch

from netwright.anatomy.decision_states import BEFORE, targets_of
from netwright.anatomy.neurons import neuron_anatomy, neuron_cosines
from netwright.anatomy.threshold import Absolute, Deviations
from netwright.structure.transformer.read import read_transformer

SECOND = {
    "bert": lambda model, layer: model.bert.encoder.layer[layer].output.dense.weight,
    "distilbert": lambda model, layer: model.distilbert.transformer.layer[layer].ffn.lin2.weight,
    "roberta": lambda model, layer: model.roberta.encoder.layer[layer].output.dense.weight,
    "gpt2": lambda model, layer: model.transformer.h[layer].mlp.c_proj.weight.T,
    "llama": lambda model, layer: model.model.layers[layer].mlp.down_proj.weight,
}


def _slow(column, state):
    a, b = column.tolist(), state.tolist()
    return sum(x * y for x, y in zip(a, b, strict=True)) / (math.hypot(*a) * math.hypot(*b))


@pytest.mark.parametrize("family", SECOND)
def test_cosines_are_those_of_the_columns_of_the_second_matrix(build_transformer, batches, family):
    model = build_transformer(family)
    found = read_transformer(model)
    targets = targets_of(found, batches)
    for layer, cosines in enumerate(neuron_cosines(found, targets)):
        weight = SECOND[family](model, layer)
        expected = [[_slow(weight[:, j], target) for j in range(24)] for target in targets]
        torch.testing.assert_close(cosines, torch.tensor(expected, dtype=torch.float64), rtol=0, atol=1e-12)


def test_the_sets_are_what_passes_the_bounds(transformer, batches):
    found = read_transformer(transformer)
    seen = neuron_anatomy(transformer, batches, threshold=Deviations(1.5))
    layers = neuron_cosines(found, targets_of(found, batches))
    assert [(one.layer, one.probe) for one in seen.sets] == [(layer, probe) for layer in range(3) for probe in range(4)]
    for one in seen.sets:
        row, bound = layers[one.layer][one.probe].tolist(), seen.bounds[one.layer]
        assert one.aligned == tuple(j for j, value in enumerate(row) if value > bound)
        assert one.opposed == tuple(j for j, value in enumerate(row) if value < -bound)
    assert any(one.aligned for one in seen.sets)
    assert seen.sizes == (24,) * 3
    assert seen.largest == pytest.approx([float(cosines.abs().max()) for cosines in layers])
    assert len(seen.overlaps) == 3
    assert [row[row_number] for row_number, row in enumerate(seen.target_cosines)] == pytest.approx([1.0] * 4)


def test_the_paper_threshold_is_the_default_and_a_single_input_has_no_overlap(build_transformer, make_batch):
    model = build_transformer("bert")
    one = neuron_anatomy(model, [make_batch((5,))])
    assert (one.threshold, one.bounds, one.overlaps) == ("0.35", (0.35,) * 3, ())
    assert one.probes[0].text == "input 0"
    assert len(one.table()[1]) == 3


def test_the_target_is_a_choice_where_there_are_two(build_transformer, batches):
    decoder, encoder = build_transformer("gpt2"), build_transformer("bert")
    assert neuron_anatomy(decoder, batches).largest != neuron_anatomy(decoder, batches, target=BEFORE).largest
    assert neuron_anatomy(encoder, batches).largest == neuron_anatomy(encoder, batches, target=BEFORE).largest


def test_a_neuron_that_writes_nothing_is_not_active(build_transformer, batches):
    model = build_transformer("gpt2")
    with torch.no_grad():
        model.transformer.h[1].mlp.c_proj.weight[7] = 0
    seen = neuron_anatomy(model, batches, threshold=Absolute(0.0))
    sets = [one for one in seen.sets if one.layer == 1]
    assert all(len(one.aligned) + len(one.opposed) == 23 and 7 not in one.aligned + one.opposed for one in sets)
