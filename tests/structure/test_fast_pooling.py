import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from netwright.structure.fast_pooling import fast_avg_pool3d, fast_max_pool3d


@st.composite
def pools(draw):
    dtype = draw(st.sampled_from([torch.float32, torch.float64]))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 1000)))
    shape = [draw(st.integers(1, 2)), draw(st.integers(1, 4)), *(draw(st.integers(3, 7)) for _ in range(3))]
    kernel = [draw(st.integers(1, 3)) for _ in range(3)]
    stride = draw(st.none() | st.tuples(*(st.integers(1, 3),) * 3))
    padding = [draw(st.integers(0, size // 2)) for size in kernel]
    return torch.randn(shape, generator=generator, dtype=dtype).requires_grad_(), kernel, stride, padding


@settings(deadline=None)
@given(pools(), st.booleans(), st.sampled_from([None, 5]))
def test_means_and_their_gradients_are_those_of_the_ordinary_pooling(pool, counts, divisor):
    x, *rest = pool
    more = {"count_include_pad": counts, "divisor_override": divisor}
    found, expected = fast_avg_pool3d(x, *rest, **more), functional.avg_pool3d(x, *rest, **more)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6 if x.dtype == torch.float32 else 1e-12)
    ours, theirs = (torch.autograd.grad(y.square().sum(), x)[0] for y in (found, expected))
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


@settings(deadline=None)
@given(pools(), st.integers(1, 2))
def test_maxima_are_exactly_those_of_the_ordinary_pooling(pool, dilation):
    x, kernel, stride, padding = pool
    kernel = [size if (size - 1) * dilation < side else 1 for size, side in zip(kernel, x.shape[2:], strict=True)]
    padding = [min(pad, size // 2) for pad, size in zip(padding, kernel, strict=True)]
    found, expected = (pool(x, kernel, stride, padding, dilation) for pool in (fast_max_pool3d, functional.max_pool3d))
    assert torch.equal(found, expected)
    ours, theirs = (torch.autograd.grad(y.square().sum(), x)[0] for y in (found, expected))
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("pool", [fast_avg_pool3d, fast_max_pool3d])
def test_the_channels_come_last(pool):
    assert pool(torch.rand(1, 2, 4, 5, 6), 2).is_contiguous(memory_format=torch.channels_last_3d)
