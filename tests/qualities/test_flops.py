import pytest
import torch
from torch import nn
from torch.nn import functional

from netwright.qualities.flops import count_flops


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (nn.Linear(7, 5), (1, 7), 2 * 7 * 5),
        (nn.Linear(7, 5, bias=False), (1, 7), 2 * 7 * 5),
        # output height x width x channels, each 2 x input channels of the group x kernel
        (nn.Conv2d(3, 8, 3), (1, 3, 10, 12), 2 * (8 * 10 * 8) * (3 * 3 * 3)),
        (nn.Conv2d(3, 8, 3, stride=2, padding=1), (1, 3, 10, 12), 2 * (5 * 6 * 8) * (3 * 3 * 3)),
        (nn.Conv2d(8, 8, 3, padding=1, groups=8), (1, 8, 6, 6), 2 * (6 * 6 * 8) * (1 * 3 * 3)),
        (nn.Conv2d(8, 16, 1, groups=2), (1, 8, 6, 6), 2 * (6 * 6 * 16) * 4),
        (nn.Conv3d(2, 4, (3, 1, 1)), (1, 2, 5, 4, 4), 2 * (3 * 4 * 4 * 4) * (2 * 3)),
    ],
)
def test_equals_the_closed_form(layer, shape, expected):
    found = count_flops(layer, torch.zeros(shape))
    assert found.value == found.low == found.high == expected
    assert found.notes[1] == "every operation that computes is counted"


def test_lists_what_it_left_out_and_how_often(network):
    found = count_flops(network, torch.zeros(1, 1, 8, 8))
    assert found.value == 2 * 6 * 6 * 4 * 9 + 2 * 36 * 3
    assert found.notes[0] == "one multiply-add is 2 FLOP; bias additions are not counted"
    assert found.notes[1].startswith("not counted: ")
    assert "max_pool2d_with_indices (1)" in found.notes[1]
    assert "batch_norm" in found.notes[1]
    assert "relu (1)" in found.notes[1]
    assert "dropout" not in found.notes[1]  # evaluation mode
    assert "convolution" not in found.notes[1]
    assert "addmm" not in found.notes[1]


def test_moves_and_views_are_not_operations():
    class Moves(nn.Module):
        def forward(self, x):
            x = torch.cat([x, torch.zeros_like(x), x.new_ones(x.shape)]).reshape(-1, 2).t().contiguous()
            x = functional.pad(x, (1, 1)).flip(0).clone()[:, :4].unsqueeze(0).expand(2, -1, -1)
            x.unsqueeze_(0).squeeze_(0)
            assert x[0, 0, 0].item() == 0
            return x.permute(2, 0, 1).flatten()[torch.arange(4)].double()

    assert count_flops(Moves(), torch.zeros(4, 4)).notes[1] == "every operation that computes is counted"


def test_composed_operations_are_taken_apart():
    class Attention(nn.Module):
        def forward(self, x):
            return torch.matmul(torch.matmul(x, x.transpose(1, 2)).softmax(-1), x)

    found = count_flops(Attention(), torch.zeros(2, 5, 3))
    assert found.value == 2 * 2 * (5 * 5 * 3) * 2
    assert found.notes[1] == "not counted: _softmax (1)"


@pytest.mark.parametrize("evidence", ["forest"], indirect=True)
def test_a_forest_shows_its_comparisons(evidence):
    found = count_flops(evidence.model, evidence.inputs[:1])
    assert found.value == 0
    assert "gt (1)" in found.notes[1]


def test_a_tuple_holds_the_arguments():
    found = count_flops(nn.Bilinear(2, 3, 4), (torch.zeros(1, 2), torch.zeros(1, 3)))
    assert found.unit == "FLOP"
