import pytest
import torch
from torch import nn

from netwright.structure.linear_map import bias_of, is_linear_map, rewritten, sliced, weight_of


def conv1d(inputs, outputs):
    from transformers.pytorch_utils import Conv1D

    torch.manual_seed(0)
    module = Conv1D(outputs, inputs)
    nn.init.normal_(module.bias)
    return module


def linear(inputs, outputs):
    torch.manual_seed(0)
    return nn.Linear(inputs, outputs)


@pytest.mark.parametrize("make", [linear, conv1d])
def test_a_slice_computes_the_outputs_that_it_keeps_from_the_inputs_that_it_keeps(make):
    whole = make(5, 7)
    kept_in, kept_out = torch.tensor([0, 3, 4]), torch.tensor([6, 1])
    x = torch.randn(2, 3, 5)
    x[..., [1, 2]] = 0
    part = sliced(whole, inputs=kept_in, outputs=kept_out)
    torch.testing.assert_close(part(x[..., kept_in]), whole(x)[..., kept_out])
    assert type(part) is type(whole)
    assert weight_of(part).shape == (2, 3)


@pytest.mark.parametrize("make", [linear, conv1d])
def test_a_weight_is_a_view_and_a_slice_is_none(make):
    whole = make(4, 3)
    part = sliced(whole)
    with torch.no_grad():
        weight_of(whole)[0] = 0
    assert not whole(torch.ones(1, 4))[0, 0].item() - bias_of(whole)[0].item()
    assert weight_of(part)[0].abs().sum() > 0


def test_mode_kind_and_trainability_are_kept():
    frozen = nn.Linear(4, 3, dtype=torch.float64).requires_grad_(False).eval()
    part = sliced(frozen, inputs=torch.tensor([1]))
    assert not part.training
    assert not part.weight.requires_grad
    assert part.weight.dtype == torch.float64
    assert (part.in_features, part.out_features) == (1, 3)


def test_a_map_without_bias_stays_one():
    bare = nn.Linear(4, 3, bias=False)
    assert sliced(bare, outputs=torch.tensor([0])).bias is None
    assert rewritten(bare, torch.ones(2, 2), None).bias is None


def test_what_only_looks_like_a_linear_map_is_none():
    class Wrapped(nn.Linear):
        pass

    assert not is_linear_map(Wrapped(2, 2))
    assert not is_linear_map(nn.Conv1d(2, 2, 1))
    assert is_linear_map(conv1d(2, 2))
