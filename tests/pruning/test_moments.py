import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.pruning.moments import Moments


@given(st.lists(st.integers(0, 7), min_size=1, max_size=5), st.floats(-1e4, 1e4), st.integers(0, 99))
def test_batches_give_the_moments_of_all_rows(sizes, offset, seed):
    sizes = [3, *sizes]
    rows = torch.randn(sum(sizes), 4, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) + offset
    moments = Moments(4, covariance=True)
    for part in rows.split(sizes):
        moments.add(part)
    assert moments.count == len(rows)
    assert torch.allclose(moments.mean, rows.mean(0), rtol=1e-12)
    assert torch.allclose(moments.variance, rows.var(0, correction=0), atol=1e-9)
    assert torch.allclose(moments.covariance(), rows.T.cov(correction=0), atol=1e-9)


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_a_large_mean_does_not_swallow_a_small_variance(kind):
    rows = 1000 + 8 * torch.randint(-2, 3, (500, 3), generator=torch.Generator().manual_seed(0)).to(kind)
    moments = Moments(3, covariance=True)
    for part in rows.split(100):
        moments.add(part)
    exact = rows.double().T.cov(correction=0)
    assert torch.allclose(moments.variance, exact.diagonal(), rtol=1e-4)
    assert torch.allclose(moments.covariance().double(), exact, atol=1e-2)


def test_without_pairs_there_is_no_covariance():
    moments = Moments(3, covariance=False)
    moments.add(torch.ones(2, 3))
    assert moments.covariance() is None
