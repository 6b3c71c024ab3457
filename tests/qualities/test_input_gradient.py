import pytest
import torch
from torch import nn
from torch.nn import functional

from netwright.qualities.input_gradient import CHUNK, input_gradient


def test_is_the_slope_that_differences_show(network):
    model = network.double()
    inputs = torch.randn(3, 1, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 1, 2])
    gradient, answers = input_gradient(model, inputs, labels)
    model.eval()
    assert torch.equal(answers, model(inputs).argmax(1))
    for i, row, column in [(0, 0, 0), (1, 4, 2), (2, 7, 7)]:
        step = torch.zeros_like(inputs)
        step[i, 0, row, column] = 1e-6
        with torch.no_grad():
            up, down = (functional.cross_entropy(model(inputs + side * step), labels) for side in (1, -1))
        slope = 3 * float(up - down) / 2e-6  # the mean over three samples
        assert float(gradient[i, 0, row, column]) == pytest.approx(slope, abs=1e-6)


def test_each_sample_has_its_own_whatever_the_chunk():
    torch.manual_seed(0)
    model = nn.Linear(4, 3)
    inputs, labels = torch.randn(CHUNK + 5, 4), torch.arange(CHUNK + 5) % 3
    together, _ = input_gradient(model, inputs, labels)
    alone, _ = input_gradient(model, inputs[-1:], labels[-1:])
    assert torch.allclose(together[-1:], alone, atol=1e-6)


def test_inference_mode_and_frozen_weights_are_no_trouble():
    model = nn.Linear(2, 2).requires_grad_(requires_grad=False)
    with torch.inference_mode():
        gradient, _ = input_gradient(model, torch.ones(1, 2), torch.tensor([0]))
    assert float(gradient.abs().sum()) > 0
    assert model.weight.grad is None


@pytest.mark.parametrize("evidence", ["forest", "tree"], indirect=True)
def test_a_tree_has_no_slope(evidence):
    assert input_gradient(evidence.model, evidence.inputs, evidence.labels) is None


def test_a_model_that_ignores_its_input_has_none_either():
    class Constant(nn.Module):
        def __init__(self):
            super().__init__()
            self.bias = nn.Parameter(torch.zeros(2))

        def forward(self, x):
            return self.bias.expand(len(x), 2)

    assert input_gradient(Constant(), torch.zeros(2, 3), torch.tensor([0, 1])) is None
