"""The faster convolution gives what the ordinary one gives, outputs and gradients, whatever its settings."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from netwright.structure import fast_convolution, onednn
from netwright.structure.fast_convolution import fast_conv3d

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}


def numbers(*shape: int, dtype: torch.dtype, seed: int) -> Tensor:
    made = torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)
    return made.requires_grad_()


@st.composite
def layers(draw):
    """Return the arguments of a convolution: dense, grouped or depthwise, pointwise in a third of the cases."""
    groups = draw(st.integers(1, 4))
    per_group = draw(st.integers(1, 3))
    inputs = groups * per_group
    outputs = groups * draw(st.integers(1, 4))
    pointwise = draw(st.integers(0, 2)) == 0
    kernel = [1, 1, 1] if pointwise else [draw(st.integers(1, 3)) for _ in range(3)]
    stride = [1, 1, 1] if pointwise else [draw(st.integers(1, 3)) for _ in range(3)]
    padding = [0, 0, 0] if pointwise else [draw(st.integers(0, size - 1)) for size in kernel]
    dilation = [draw(st.integers(1, 2)) for _ in range(3)]
    dtype = draw(st.sampled_from([torch.float32, torch.float64]))
    seed = draw(st.integers(0, 1000))
    sizes = [draw(st.integers(5, 7)) for _ in range(3)]
    x = numbers(draw(st.integers(1, 3)), inputs, *sizes, dtype=dtype, seed=seed)
    weight = numbers(outputs, per_group, *kernel, dtype=dtype, seed=seed + 1)
    bias = numbers(outputs, dtype=dtype, seed=seed + 2) if draw(st.booleans()) else None
    return x, weight, bias, stride, padding, dilation, groups


def relative(found: Tensor, expected: Tensor) -> float:
    found, expected = found.detach(), expected.detach()
    return float((found - expected).abs().max() / expected.abs().max().clamp(min=1))


@pytest.mark.parametrize("small_product", [0, fast_convolution.SMALL_PRODUCT])
@pytest.mark.parametrize("last", [False, True])
def test_outputs_and_gradients_are_those_of_the_ordinary_convolution(monkeypatch, small_product, last):
    monkeypatch.setattr(fast_convolution, "SMALL_PRODUCT", small_product)

    @settings(max_examples=40, deadline=None)
    @given(layers())
    def check(layer):
        x, *rest = layer
        enters = x.contiguous(memory_format=torch.channels_last_3d) if last else x
        found, expected = fast_conv3d(enters, *rest), functional.conv3d(x, *rest)
        assert found.shape == expected.shape
        assert relative(found, expected) <= TOLERANCE[x.dtype]
        leaves = [x, *(leaf for leaf in rest[:2] if leaf is not None)]
        direction = torch.cos(torch.arange(expected.numel(), dtype=x.dtype)).view_as(expected)
        pairs = zip(
            torch.autograd.grad(found, leaves, direction), torch.autograd.grad(expected, leaves, direction), strict=True
        )
        assert all(relative(ours, theirs) <= TOLERANCE[x.dtype] for ours, theirs in pairs)

    check()


def test_a_setting_of_one_number_holds_for_all_axes():
    x, weight = torch.rand(1, 2, 6, 6, 6), torch.rand(3, 2, 2, 2, 2)
    torch.testing.assert_close(fast_conv3d(x, weight, None, 2, 1, 2), functional.conv3d(x, weight, None, 2, 1, 2))


def test_the_convolution_keeps_the_channels_last():
    x, weight = torch.rand(2, 3, 4, 5, 6), torch.rand(4, 3, 3, 3, 3)
    assert fast_conv3d(x, weight).is_contiguous(memory_format=torch.channels_last_3d)


def test_without_onednn_the_ordinary_convolution_answers(monkeypatch):
    x, weight = torch.rand(1, 3, 4, 5, 6), torch.rand(4, 3, 3, 3, 3)
    monkeypatch.setattr(onednn, "AVAILABLE", False)
    assert torch.equal(fast_conv3d(x, weight), functional.conv3d(x, weight))


@pytest.mark.parametrize(
    ("x", "weight"),
    [((1, 3, 4, 5, 6), (4, 2, 1, 1, 1)), ((1, 3, 4, 5, 6), (4, 2, 3, 3, 3)), ((1, 3, 2, 2, 2), (4, 3, 3, 3, 3))],
)
def test_what_does_not_fit_is_refused_as_the_ordinary_convolution_refuses_it(x, weight):
    with pytest.raises(RuntimeError):
        functional.conv3d(torch.rand(x), torch.rand(weight))
    with pytest.raises(RuntimeError):
        fast_conv3d(torch.rand(x), torch.rand(weight))
