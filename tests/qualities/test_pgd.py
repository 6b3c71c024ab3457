import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from netwright.qualities.attack import Reach
from netwright.qualities.fgsm import fgsm_accuracy
from netwright.qualities.pgd import measure, pgd_accuracy
from netwright.records.errors import InputError


@given(st.integers(0, 10_000), st.floats(0.01, 1.0))
@settings(max_examples=50)
def test_of_a_linear_model_it_finds_the_worst_there_is(seed, epsilon):
    generator = torch.Generator().manual_seed(seed)
    model = nn.Linear(6, 2)
    with torch.no_grad():
        model.weight.copy_(torch.randn(2, 6, generator=generator))
    inputs, labels = torch.randn(100, 6, generator=generator), torch.randint(2, (100,), generator=generator)
    logits = model(inputs).detach()
    margin = (logits[:, 1] - logits[:, 0]) * (2 * labels - 1)
    reach = margin / (model.weight[1] - model.weight[0]).detach().abs().sum()
    if float((reach - epsilon).abs().min()) < 1e-4:
        return  # on the edge rounding decides
    found = pgd_accuracy(model, inputs, labels, reach=Reach(epsilon), steps=8)
    assert found.value == float((reach > epsilon).double().mean())


class Valley(nn.Module):
    """Right everywhere but in a valley around 0.4; a step of 1 from 0.2 leaps over it."""

    def forward(self, x):
        depth = torch.exp(-50 * (x[:, 0] - 0.4) ** 2)
        return torch.stack([10 * depth, torch.full_like(depth, 5.0)], 1)


def test_small_steps_find_what_one_large_step_leaps_over():
    inputs, labels = torch.full((8, 1), 0.2), torch.ones(8, dtype=torch.int64)
    one_step = fgsm_accuracy(Valley(), inputs, labels, reach=Reach(1.0))
    many = pgd_accuracy(Valley(), inputs, labels, reach=Reach(1.0), steps=40)
    assert one_step.value == 1.0
    assert many.value == 0.0


def test_never_flatters_and_depends_on_its_seed_only(network, stripes):
    images, labels = stripes(60, seed=3)
    network.eval()
    clean = float((network(images).argmax(1) == labels).double().mean())
    found = pgd_accuracy(network, images, labels, seed=1)
    assert found.value <= clean
    assert found.value <= fgsm_accuracy(network, images, labels).value + 0.05
    torch.manual_seed(99)
    assert pgd_accuracy(network, images, labels, seed=1).value == found.value


def test_states_its_steps(network, stripes):
    found = pgd_accuracy(network, *stripes(6, seed=3), steps=5)
    assert found.notes == ("5 steps of 0.0625 within epsilon = 0.125 in input units, one random start",)
    with pytest.raises(InputError, match="steps=0"):
        pgd_accuracy(network, *stripes(6, seed=3), steps=0)


@pytest.mark.parametrize("evidence", ["tree"], indirect=True)
def test_a_tree_is_refused_and_not_measured(evidence):
    assert "no slope" in measure(evidence)[0].reason
    with pytest.raises(InputError, match="no slope"):
        pgd_accuracy(evidence.model, evidence.inputs, evidence.labels)
