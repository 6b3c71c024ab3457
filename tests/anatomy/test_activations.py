"""Which answers of which modules the logits are made of."""

import pytest
import torch
from torch import nn

from netwright.anatomy.activations import last_activations, learned, recorded


class TwoPaths(nn.Module):
    """Two convolutions that meet in the head, and one that leads nowhere."""

    def __init__(self):
        super().__init__()
        self.slow, self.fast, self.lost = (nn.Conv2d(1, 2, 1) for _ in range(3))
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        self.lost(x)
        return self.head(torch.cat([self.slow(x).mean((2, 3)), self.fast(x).mean((2, 3))], dim=1))


class Shortcut(nn.Module):
    """y = F(x) + x, so that what follows has two ways to x."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 1)

    def forward(self, x):
        x = self.first(x)
        return (self.second(x) + x).mean((2, 3))


def last(model, inputs):
    with recorded(model, 0) as activations:
        output = model(inputs)
    return [one.name for one in last_activations(output.grad_fn, [one for one in activations if one.size])]


def test_each_of_two_paths_has_its_last_answer():
    assert last(TwoPaths(), torch.rand(1, 1, 4, 4)) == ["slow", "fast"]


def test_where_a_shortcut_leads_around_a_layer_the_one_before_it_counts():
    assert last(Shortcut(), torch.rand(1, 1, 4, 4)) == ["first"]


def test_a_sequence_is_named_rather_than_the_last_module_in_it():
    blocks = nn.Sequential(nn.Conv2d(1, 1, 1), nn.ReLU(inplace=True))
    assert last(nn.Sequential(blocks, nn.Flatten()), torch.rand(1, 1, 4, 4)) == ["0"]


def test_what_no_parameter_had_a_part_in_is_not_learned():
    model = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(1, 2, 1), nn.ReLU(), nn.Flatten())
    with recorded(model, 0) as activations:
        model(torch.rand(1, 1, 4, 4))
    assert [one.name for one in activations] == ["0", "1", "2", "3"]
    assert [one.name for one in learned(activations)] == ["1", "2", "3"]


def test_what_is_padded_tells_nothing_new():
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.ZeroPad2d((0, 1, 0, 0)), nn.Conv2d(2, 2, 3, padding=2), nn.Flatten())
    with recorded(model, 0) as activations:
        model(torch.rand(1, 1, 4, 4))
    # a convolution that pads has made something of it
    assert [one.name for one in learned(activations)] == ["0", "2", "3"]


@pytest.mark.parametrize("frozen", [False, True])
def test_watching_changes_neither_the_answer_nor_the_network(frozen):
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU(inplace=True), nn.Flatten()).requires_grad_(not frozen)
    inputs = torch.randn(1, 1, 3, 3)
    with recorded(model, 0) as activations:
        seen = model(inputs)
    assert torch.equal(seen, model(inputs))
    # what was kept of the convolution is its own answer, though it was overwritten behind it
    assert torch.equal(activations[0].value, model[0](inputs))
    assert not any(part._forward_hooks for part in model.modules())


@pytest.mark.parametrize(
    ("frames", "shape", "size"),
    [
        (4, (1, 8, 2, 3, 5), (2, 3, 5)),
        (4, (4, 8, 3, 5), (4, 3, 5)),  # frame by frame
        (4, (1, 8, 3, 5), None),
        (4, (1, 8), None),
        (0, (1, 8, 3, 5), (1, 3, 5)),
        (0, (1, 8, 5), None),
    ],
)
def test_size_is_of_places_in_time_and_space(frames, shape, size):
    model = nn.Sequential(nn.Identity(), nn.Flatten())
    with recorded(model, frames) as activations:
        model(torch.rand(shape))
    assert activations[0].size == size
    if size:
        assert activations[0].placed(activations[0].value).shape == (8, *size)
