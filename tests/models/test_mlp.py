import pytest
import torch

from netwright.models.mlp import mlp
from netwright.records.errors import CandidateError


def test_the_default_is_the_perceptron_of_the_lecture():
    # lecture "Machine Learning in Production": 784 * 300 + 300 + 300 * 100 + 100 + 100 * 10 + 10 parameters
    assert sum(parameter.numel() for parameter in mlp((1, 28, 28), 10).parameters()) == 266_610


def test_it_computes_what_its_formula_says():
    torch.manual_seed(0)
    network, x = mlp((2, 3, 4), 5, hidden=[7]).eval(), torch.randn(6, 2, 3, 4)
    first, last = (layer for layer in network if isinstance(layer, torch.nn.Linear))
    hidden = (x.reshape(6, 24) @ first.weight.T + first.bias).clamp(min=0)
    torch.testing.assert_close(network(x), hidden @ last.weight.T + last.bias)


def test_without_hidden_layers_it_is_linear():
    assert sum(parameter.numel() for parameter in mlp((1, 4, 4), 3, hidden=[]).parameters()) == 16 * 3 + 3


def test_a_hidden_layer_of_nothing_is_refused():
    with pytest.raises(CandidateError, match=r"mlp.hidden: found 0"):
        mlp((1, 4, 4), 3, hidden=[8, 0])
