"""Numbers alone find what is counted by hand, also where no tracer sees, and leave the model as it was."""

import numpy as np
import pytest
import torch
from tests.dynamics.nets import NETS, Net
from torch import nn

from netwright.dynamics.null_space import NullSpace, slice_null_space
from netwright.records.errors import ModelError

BY_NAME = {net.name: net for net in NETS}
X = torch.randn(12, 5, generator=torch.Generator().manual_seed(0))


def _mlp(*between: nn.Module) -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(5, 6), *between, nn.Linear(6, 4))


def _counts(space: NullSpace) -> dict[str, int]:
    counts: dict[str, int] = {}
    for family in space.families:
        counts[family.symmetry.kind] = counts.get(family.symmetry.kind, 0) + family.symmetry.count
    return counts


# Rows of the hidden layer against columns of the last: 6; batch norm: 6 scales, and (gamma, beta) against the columns.
# The logits shift together: 6 columns of the last layer, its biases: 7; before a layer norm 5 columns, biases: 6.
@pytest.mark.parametrize(
    ("between", "scales", "translations"),
    [
        ([nn.ReLU()], {"rescale": 6}, 7),
        ([nn.BatchNorm1d(6), nn.ReLU()], {"scale": 6, "rescale": 6}, 7),
        ([nn.GELU()], {}, 7),
        ([nn.LayerNorm(6), nn.GELU()], {"scale": 1}, 7 + 6),
        ([nn.ReLU(), nn.Linear(6, 6), nn.ReLU()], {"rescale": 12}, 7),
    ],
    ids=["relu", "batch norm", "gelu", "layer norm", "two hidden layers"],
)
def test_exactly_the_expected_dimension(between, scales, translations):
    found = slice_null_space(_mlp(*between), X)
    assert _counts(found.scales) == scales
    assert found.translations.dimension == translations
    assert found.scales.trivial == sum(isinstance(layer, nn.Linear) for layer in _mlp(*between))


def test_the_basis_is_that_of_the_channels():
    found = slice_null_space(_mlp(nn.ReLU()), X).scales
    (family,) = found.families
    assert family.symmetry.parameters == ("0.weight", "0.bias", "2.weight")
    assert [(cut.count, cut.keep) for cut in family.slicings] == [(6, (0,)), (6, (0,)), (6, (1,))]
    one = np.eye(6)
    assert np.array_equal(family.weights.toarray(), np.concatenate([one, one, -one], axis=1))


@pytest.mark.parametrize(
    "name", ["residual stream", "tied embedding", "layer norm", "weight norm", "own RMS norm", "PReLU", "no symmetry"]
)
def test_what_is_found_is_what_the_zoo_counts(name):
    net: Net = BY_NAME[name]
    model, inputs = net.model(), net.inputs()
    targets = net.targets(model(inputs), torch.Generator().manual_seed(3))
    found = slice_null_space(model, inputs, loss=lambda output: net.loss(output, targets))
    assert found.scales.dimension == net.count("scale") + net.count("rescale")
    assert found.translations.dimension == net.count("translation")


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
def test_scripted_code_is_welcome_and_nothing_changes():
    model = _mlp(nn.BatchNorm1d(6), torch.jit.script(nn.Sequential(nn.Linear(6, 6), nn.ReLU())))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    parameters, random = [id(p) for p in model.parameters()], torch.get_rng_state()
    found = slice_null_space(model, X)
    assert _counts(found.scales) == {"scale": 6, "rescale": 6 + 6}
    assert parameters == [id(p) for p in model.parameters()]
    assert all(p.grad is None for p in model.parameters())
    assert torch.equal(random, torch.get_rng_state())
    assert model[1].eps == nn.BatchNorm1d(6).eps
    for name, value in model.state_dict().items():
        assert value.dtype == before[name].dtype
        assert torch.equal(value, before[name])


def test_the_model_comes_back_from_an_error_too():
    model = _mlp(nn.ReLU())
    with pytest.raises(ModelError, match="cannot be called with the example"):
        slice_null_space(model, X[:, :3])
    assert all(p.dtype == torch.float32 for p in model.parameters())


def test_a_few_parameters_can_be_looked_at():
    found = slice_null_space(_mlp(nn.ReLU()), X, parameters={"2.weight", "2.bias"})
    assert (found.scales.dimension, found.translations.dimension) == (0, 7)


def test_too_many_slices_and_none_are_refused():
    with pytest.raises(ModelError, match=r"4204 slices, 2100 of them in weight; .* fewer parameters"):
        slice_null_space(nn.Linear(4, 2100), X[:, :4])
    with pytest.raises(ModelError, match="no parameter that trains"):
        slice_null_space(nn.Linear(5, 2).requires_grad_(False), X)
