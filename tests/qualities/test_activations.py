import pytest
import torch
from torch import nn

from netwright.models.googlenet import googlenet
from netwright.qualities.activations import count_activations


def test_equals_the_closed_form(network):
    # convolution, normalisation, relu and dropout 4x6x6 each, pooling and flattening 4x3x3, three logits
    assert count_activations(network, torch.zeros(1, 1, 8, 8)).value == 4 * 144 + 2 * 36 + 3


@pytest.mark.parametrize("batch", [1, 5])
def test_grows_with_the_batch(batch):
    assert count_activations(nn.Linear(3, 7), torch.zeros(batch, 3)).value == 7 * batch


def test_a_module_counts_at_each_call_and_every_tensor_of_its_output():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.LSTM(2, 3, batch_first=True)

        def forward(self, x):
            self.layer(x)
            return self.layer(x)[0]

    one = 4 * 3 + 3 + 3  # outputs of four steps, the last state and the last cell
    assert count_activations(Twice(), torch.zeros(1, 4, 2)).value == 2 * one


def test_heads_that_only_train_do_not_count():
    model = googlenet((1, 28, 28), 10, width=0.1)
    with_heads = count_activations(model, torch.zeros(1, 1, 28, 28)).value
    bare = googlenet((1, 28, 28), 10, width=0.1, auxiliary=False)
    assert with_heads == count_activations(bare, torch.zeros(1, 1, 28, 28)).value


@pytest.mark.parametrize("evidence", ["tree"], indirect=True)
def test_a_tree_puts_out_its_answer_alone(evidence):
    assert count_activations(evidence.model, evidence.inputs[:1]).value == 3
