import numpy as np
import pytest
import torch
from tests.dynamics.families import attention, convolutional, family, head, normalised, rescale, sheared
from torch import nn

from netwright.dynamics.find import find_symmetries
from netwright.dynamics.geometry import check_geometry, gradient_residuals
from netwright.dynamics.landscape import Landscape
from netwright.dynamics.loss import softmax_cross_entropy
from netwright.dynamics.slicing import Slicing
from netwright.records.errors import ModelError

EXAMPLES = {"convolutional": (12, 2, 9, 9), "attention": (6, 7, 5), "normalised": (12, 5), "sheared": (12, 5)}
FORMULAE = {
    "<g, v> = 0",
    "g(theta) = J^T g(psi)",
    "H(theta) = J^T H(psi) J",
    "H v + B^T g = 0",
    "v^T H v + <g, B v> = 0",
}


def generic(made, dtype, seed=0):
    """A network whose biases and gains are no round numbers, its families and a batch."""
    model, families = made(seed)
    model.to(dtype)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.3 * torch.randn_like(parameter))
    return model, families, torch.randn(EXAMPLES[made.__name__], dtype=dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("made", [convolutional, attention, normalised, sheared])
def test_every_constraint_of_every_symmetry_holds(made, dtype):
    model, families, example = generic(made, dtype)
    geometry = check_geometry(model, example, families)
    assert geometry.dtype == str(dtype).removeprefix("torch.")
    assert [r for r in geometry.residuals if not r.holds] == []
    for one in families:
        told = {r.formula for r in geometry.residuals if r.place == one.symmetry.place}
        assert told >= FORMULAE
    exact = [r for r in geometry.residuals if r.tolerance <= 1e-5 and r.predicted is None]
    assert {r.tolerance for r in exact if r.formula == "<g, v> = 0"} == {1e-6 if dtype == torch.float32 else 1e-14}


@pytest.mark.parametrize(("activation", "producers"), [(nn.GELU, ["0.weight", "0.bias"]), (nn.ReLU, ["0.weight"])])
def test_no_constraint_holds_where_there_is_no_symmetry(activation, producers):
    # GELU is not homogeneous; with ReLU the bias has to move with its row
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 6), activation(), nn.Linear(6, 4)).double()
    wrong = rescale(model, producers, "2.weight", "0 to 2")
    geometry = check_geometry(model, torch.randn(12, 5).double(), [wrong, head(model, "2")])
    verdicts = {(r.place, r.formula): (r.holds, r.value) for r in geometry.residuals}
    assert all(not verdicts["0 to 2", formula][0] and verdicts["0 to 2", formula][1] > 1e-4 for formula in FORMULAE)
    assert all(verdicts["head", formula][0] for formula in FORMULAE)


def test_the_residuals_are_those_of_the_whole_hessian_of_a_small_network():
    model, _, example = generic(normalised, torch.float64)
    landscape = Landscape(model, example, softmax_cross_entropy)
    here = landscape.here()
    flat = torch.cat([value.reshape(-1) for value in here.values()])

    def loss(vector):
        parts = torch.split(vector, [value.numel() for value in here.values()])
        return landscape.value({name: p.reshape(here[name].shape) for (name, p) in zip(here, parts, strict=True)})

    hessian = torch.autograd.functional.hessian(loss, flat)
    direction = {name: torch.randn_like(value) for name, value in here.items()}
    product = hessian @ torch.cat([part.reshape(-1) for part in direction.values()])
    ours = torch.cat([part.reshape(-1) for part in landscape.at(here).curvature(direction).values()])
    assert torch.allclose(product, ours, rtol=1e-10, atol=1e-12)
    # theta^T H theta = 0 of a translation's sums, by hand: H 1_A = 0
    column = {name: torch.zeros_like(value) for name, value in here.items()}
    column["0.weight"][:, 2] = 1
    assert (hessian @ torch.cat([part.reshape(-1) for part in column.values()])).norm() < 1e-13 * hessian.norm()


def test_the_model_stays_as_it_is_and_the_same_seed_gives_the_same_residuals():
    model, families, example = generic(convolutional, torch.float32)
    model.insert(8, nn.Dropout(0.5))
    families = families[:3]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    one, other = (check_geometry(model, example, families, probes=1, seed=3) for _ in range(2))
    assert one == other
    assert all(r.holds for r in one.residuals)
    assert torch.equal(state, torch.get_rng_state())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not any(module._forward_hooks for module in model.modules())


def test_what_epsilon_breaks_is_predicted():
    model, families, example = generic(convolutional, torch.float32)
    geometry = check_geometry(model, example, families)
    found = [r for r in geometry.residuals if r.predicted is not None]
    assert [r.place for r in found] == ["0 to 1", "3 to 4"]
    assert all(r.value == pytest.approx(r.predicted, rel=1e-3, abs=1e-6) and r.value > 1e-6 for r in found)


def test_examples_of_several_arguments_and_names_enter_the_model():
    torch.manual_seed(0)
    model = nn.Bilinear(3, 4, 5).double()
    pair = (torch.randn(7, 3).double(), torch.randn(7, 4).double())
    sums = family("translation", "bias", [Slicing("bias", (5,), ())], np.ones((1, 1)))
    positional = check_geometry(model, pair, [sums])
    named = check_geometry(model, dict(zip(("input1", "input2"), pair, strict=True)), [sums])
    assert positional == named
    assert all(r.holds for r in positional.residuals)


def test_families_of_another_model_are_refused():
    model, _ = convolutional()
    _, others = attention()
    with pytest.raises(ModelError, match="lacks; find the symmetries of this very model"):
        check_geometry(model, torch.randn(2, 2, 9, 9), others)


def test_a_generator_without_gradient_has_no_residual():
    model, families = convolutional()
    values = dict(model.named_parameters())
    assert all((gradient_residuals(one, {}, values) == 0).all() for one in families)


@pytest.mark.parametrize("made", [convolutional, attention, normalised, sheared])
def test_what_is_found_holds(made):
    model, families, example = generic(made, torch.float64)
    symmetries = find_symmetries(model, example)
    geometry = check_geometry(model, example, symmetries, probes=1)
    assert all(r.holds for r in geometry.residuals)
    assert {r.kind for r in geometry.residuals} == {row.kind for row in symmetries.record.symmetries}
    assert {one.symmetry.kind for one in families} <= {r.kind for r in geometry.residuals}


def test_an_example_that_does_not_fit_is_refused_by_name():
    model, families = convolutional()
    with pytest.raises(ModelError, match="cannot be called with the example"):
        check_geometry(model, torch.randn(3, 5), families)
