"""Sums over slices against float64 on the whole parameter."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.dynamics.slicing import Slicing

SHAPES = [
    ((5, 27), (0,)),
    ((5, 4608), (0,)),
    ((3, 509), (0,)),
    ((7, 6), (1,)),
    ((130, 6, 9), (1,)),
    ((2, 3, 4, 9), (0, 2)),
]
CUTS = [Slicing("w", shape, keep) for shape, keep in SHAPES]


def _obvious(cut: Slicing, values: torch.Tensor) -> torch.Tensor:
    away = tuple(axis for axis in range(len(cut.view)) if axis not in cut.keep)
    wide = values.double().reshape(cut.view)
    return (wide.sum(away) if away else wide).reshape(-1)


@pytest.mark.parametrize("cut", CUTS, ids=str)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_products_are_those_of_float64(cut, dtype):
    generator = torch.Generator().manual_seed(0)
    left, right = (torch.randn(cut.view, generator=generator, dtype=torch.float64).to(dtype) for _ in range(2))
    whole = _obvious(cut, left.double() * right.double())
    size = _obvious(cut, left.double().abs() * right.double().abs())
    assert ((cut.products(left, right) - whole).abs() / size).max() < 1e-14
    assert ((cut.products(left, right, torch.float32) - whole).abs() / size).max() < 1e-7
    squares = _obvious(cut, left.double().square())
    assert (cut.products(left, left, torch.float32) / squares - 1).abs().max() < 2.5e-7


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_any_view_is_reduced_as_it_says(view, data):
    keep = data.draw(st.lists(st.sampled_from(range(len(view))), unique=True, min_size=1).map(sorted))
    cut = Slicing("w", tuple(view), tuple(keep))
    values = torch.arange(float(torch.tensor(view).prod())) + 1
    torch.testing.assert_close(cut.sums(values), _obvious(cut, values))
    torch.testing.assert_close(cut.products(values, values), _obvious(cut, values.double().square()))
