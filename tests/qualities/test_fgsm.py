from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netwright.qualities.attack import Reach
from netwright.qualities.fgsm import fgsm_accuracy, measure
from netwright.records.errors import InputError


def linear_problem(seed, epsilon=None):
    """Two classes told apart by a random plane, with the margin that an attack of each sample must overcome."""
    generator = torch.Generator().manual_seed(seed)
    model = nn.Linear(6, 2)
    with torch.no_grad():
        model.weight.copy_(torch.randn(2, 6, generator=generator))
        model.bias.copy_(torch.randn(2, generator=generator))
    inputs = torch.randn(200, 6, generator=generator)
    labels = torch.randint(2, (200,), generator=generator)
    logits = model(inputs).detach()
    margin = (logits[:, 1] - logits[:, 0]) * (2 * labels - 1)
    return model, inputs, labels, margin / (model.weight[1] - model.weight[0]).detach().abs().sum()


@given(st.integers(0, 10_000), st.floats(0.01, 1.0))
def test_of_a_linear_model_it_is_the_worst_there_is(seed, epsilon):
    # a change of epsilon in every value moves the margin by epsilon |w1 - w0|_1 at most (Goodfellow et al. 2015)
    model, inputs, labels, reach = linear_problem(seed)
    if float((reach - epsilon).abs().min()) < 1e-5:
        return  # on the edge rounding decides
    found = fgsm_accuracy(model, inputs, labels, reach=Reach(epsilon))
    assert found.value == float((reach > epsilon).double().mean())


def test_an_image_cannot_be_blacker_than_black():
    # every pixel is black and darker is the attack: nothing is left to do
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 2, bias=False))
    with torch.no_grad():
        model[1].weight[0], model[1].weight[1] = 1.0, -1.0
    black, labels = torch.full((4, 1, 4, 4), -2.0), torch.ones(4, dtype=torch.int64)
    assert fgsm_accuracy(model, black, labels).value == 1.0
    # brighter is the attack, and moves each of 16 pixels by 0.125; free rows would be attacked alike
    edge = torch.full((4, 1, 4, 4), -0.1)
    assert fgsm_accuracy(model, edge, labels).value == 0.0


def test_a_forest_is_refused_and_not_measured(evidence):
    (found,) = measure(evidence)
    if type(evidence.model).__name__ in {"ForestLike", "TreeEnsemble"}:
        assert "no slope" in found.reason
        with pytest.raises(InputError, match="corruptions"):
            fgsm_accuracy(evidence.model, evidence.inputs, evidence.labels)
    else:
        assert found.notes[0] == "one step of epsilon = 0.125 in input units"


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_is_measured_on_at_most_500(evidence):
    many = replace(evidence, inputs=evidence.inputs.repeat(4, 1, 1, 1), labels=evidence.labels.repeat(4))
    assert measure(many)[0].n == 500
