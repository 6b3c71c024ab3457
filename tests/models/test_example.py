import torch
from torch import nn

from netwright.models.example import example_inputs


class Costly(nn.Module):
    def example_inputs(self, count, shape):
        return torch.full((count, *shape), 7, dtype=torch.uint8)


def test_zeros_unless_the_model_knows_better():
    assert torch.equal(example_inputs(nn.Linear(3, 1), 2, (3,)), torch.zeros(2, 3))
    assert torch.equal(example_inputs(Costly(), 2, (3,)), torch.full((2, 3), 7, dtype=torch.uint8))
