from dataclasses import dataclass

import numpy as np
import pytest
import torch
from tests.dynamics.families import attention, convolutional, family, normalised, sheared
from torch import nn

from netwright.dynamics.generator import field, random_generator
from netwright.dynamics.slicing import Slicing
from netwright.records.errors import InputError
from netwright.records.symmetry import Symmetry


def values_of(model):
    return {name: torch.randn_like(p, dtype=torch.float64) for name, p in model.named_parameters()}


def inner(left, right):
    return sum(float((left[name] * right[name]).sum()) for name in left if name in right)


@pytest.mark.parametrize("made", [convolutional, attention, normalised])
def test_the_field_is_half_the_slope_of_the_charges_that_it_combines(made):
    model, families = made()
    values, other = values_of(model), values_of(model)
    for one in families:
        weights = np.random.default_rng(0).standard_normal(one.symmetry.count)
        v = field(one, weights, values)
        # <D theta, other> = <theta, D other>, and <a, other> of linear charges
        expected = weights @ (one.along(other) if one.linear else one.between(other, values))
        assert inner(v, other) == pytest.approx(expected, rel=1e-12)
        assert set(v) == set(one.symmetry.parameters)


@pytest.mark.parametrize("made", [convolutional, attention, normalised, sheared])
def test_a_generator_is_the_slope_of_its_finite_transformation_and_j_its_jacobian(made):
    model, families = made()
    values, vector, covector = values_of(model), values_of(model), values_of(model)
    for one in families:
        generator = random_generator(one, np.random.default_rng(0))
        small, step = 1e-5, generator.field(values)
        ahead, behind = generator.times(small).moved(values), generator.times(-small).moved(values)
        for name, part in step.items():
            slope = (ahead[name] - behind[name]) / (2 * small)
            assert torch.allclose(slope, part, rtol=1e-6, atol=1e-8)
        # <J u, g> = <u, J^T g>, and <B u, g> = <u, B^T g> of the linear part
        assert inner(generator.pushed(vector), covector) == pytest.approx(
            inner(vector, generator.pulled_back(covector))
        )
        shifted = {name: values[name] + vector[name] for name in values}
        linear = {name: part - step[name] for name, part in generator.field(shifted).items()}
        assert inner(linear, covector) == pytest.approx(inner(vector, generator.transposed(covector)), abs=1e-12)


def test_a_weight_that_a_family_moves_twice_is_moved_by_the_sum():
    # rows with +1 and columns with -1 of one square matrix
    both = family(
        "rescale", "a", [Slicing("a", (2, 2), (0,)), Slicing("a", (2, 2), (1,))], [[1, 0, -1, 0], [0, 1, 0, -1]]
    )
    v = field(both, np.array([1.0, 0.0]), {"a": torch.tensor([[1.0, 2.0], [3.0, 4.0]])})
    assert v["a"].tolist() == [[0.0, 2.0], [-3.0, 0.0]]


def test_an_unknown_family_is_refused():
    @dataclass
    class Other:
        symmetry: Symmetry

    other = Other(Symmetry(kind="scale", place="here", parameters=(), count=1))
    with pytest.raises(InputError, match="Other at here has no known field"):
        field(other, np.ones(1), dict(nn.Linear(1, 1).named_parameters()))
    with pytest.raises(InputError, match="or Shear"):
        random_generator(other, np.random.default_rng(0))
