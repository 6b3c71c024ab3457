import numpy as np
import torch
from tests.dynamics.families import sheared

from netwright.dynamics.shear import Shear


def test_the_finite_shear_leaves_the_output_alone():
    model, (shear, _) = sheared()
    x = torch.randn(9, 5)
    before = model(x)
    moved = shear.moved(np.arange(6.0), dict(model.named_parameters()))
    assert torch.allclose(torch.func.functional_call(model, moved, (x,)), before, atol=1e-5)
    assert not torch.allclose(moved["0.bias"], model[0].bias)


def test_its_constraint_fails_in_training_mode_where_the_bias_is_null():
    model, (shear, _) = sheared()
    x, values = torch.randn(9, 5), dict(model.named_parameters())
    residuals = []
    for mode in (False, True):
        model.train(mode).zero_grad()
        model(x).square().sum().backward()
        residuals.append(shear.residuals({name: p.grad for name, p in values.items()}, values))
    assert residuals[0].max() < 1e-6
    assert residuals[1].max() > 0.1


def test_without_a_scale_it_is_a_translation():
    model, (shear, _) = sheared()
    plain = Shear(shear.symmetry, shear.bias, shear.shift, None, shear.deviations)
    values = dict(model.named_parameters())
    assert plain.transposed(np.ones(6), values) == {}
    assert torch.allclose(plain.field(np.ones(6), values)["1.bias"].double(), -torch.from_numpy(1 / shear.deviations))
