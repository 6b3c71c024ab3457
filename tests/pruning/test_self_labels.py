from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netwright.pruning.self_labels import MOST_CLASSES, logits_of, self_losses
from netwright.records.errors import ModelError


def gradients(logits, real=None, seed=0):
    real = torch.ones(logits.shape[:2], dtype=torch.bool) if real is None else real
    generator = torch.Generator().manual_seed(seed)
    return [torch.autograd.grad(loss, logits, retain_graph=True)[0] for loss in self_losses(logits, real, generator)]


@given(st.integers(2, MOST_CLASSES), st.floats(0, 60), st.integers(0, 99))
def test_squares_of_gradients_sum_to_the_fisher_information_of_the_logits(classes, scale, seed):
    generator = torch.Generator().manual_seed(seed)
    logits = (scale * torch.randn(3, classes, generator=generator, dtype=torch.float64)).requires_grad_()
    found = gradients(logits)
    assert len(found) == classes - 1
    chances = logits.detach().softmax(-1)
    for text in range(3):
        summed = sum(torch.outer(one[text], one[text]) for one in found)
        exact = chances[text].diag() - torch.outer(chances[text], chances[text])
        assert torch.allclose(summed, exact, atol=1e-12)


def test_drawn_labels_have_the_fisher_information_on_average():
    base = torch.randn(1, MOST_CLASSES + 1, generator=torch.Generator().manual_seed(0))
    logits = base.expand(40_000, -1).clone().requires_grad_()
    (found,) = gradients(logits)
    chances = base[0].softmax(-1)
    assert torch.allclose(found.T @ found / len(found), chances.diag() - torch.outer(chances, chances), atol=5e-3)


def test_a_language_model_draws_a_token_at_every_real_place_and_nowhere_else():
    logits = torch.zeros(2, 3, 5, requires_grad=True)
    real = torch.tensor([[True, True, False], [True, False, False]])
    (found,) = gradients(logits, real)
    assert torch.equal(found.abs().sum(-1) > 0, real)
    # one token of five at a probability of 1 / 5
    assert torch.allclose(found[real].amax(-1), torch.tensor(0.8))
    (again,) = gradients(logits, real)
    (other,) = gradients(logits, real, seed=3)
    assert torch.equal(found, again)
    assert not torch.equal(found, other)


def test_one_number_a_text_has_no_labels():
    with pytest.raises(ModelError, match="no label can be drawn"):
        gradients(torch.zeros(2, 1, requires_grad=True))


def test_logits_are_found_in_an_output_a_tensor_and_a_tuple():
    logits = torch.zeros(2, 3)
    for output in (SimpleNamespace(logits=logits), logits, (torch.tensor(0.5), logits, torch.ones(2, 4, 3))):
        assert logits_of(output, nn.Identity()) is logits


@pytest.mark.parametrize("output", [None, {}, torch.zeros(3), (), SimpleNamespace(logits=None)])
def test_an_output_without_logits_is_refused(output):
    with pytest.raises(ModelError, match="with its head"):
        logits_of(output, nn.Identity())
