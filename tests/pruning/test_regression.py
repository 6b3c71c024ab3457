import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.pruning.regression import Ridge, Sums


def samples(count=60, inputs=5, outputs=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(count, inputs, dtype=torch.float64, generator=generator)
    y = torch.randn(count, outputs, dtype=torch.float64, generator=generator)
    return x, y


def sums_of(x, y, parts=3):
    sums = Sums(x.shape[1], y.shape[1])
    for rows, goals in zip(x.chunk(parts), y.chunk(parts), strict=True):
        sums.add(rows, goals)
    return sums


@given(st.integers(0, 20), st.floats(1e-4, 10.0))
def test_the_solution_is_where_the_penalised_error_has_no_slope(seed, share):
    x, y = samples(seed=seed)
    old_weight, old_bias = torch.randn(3, 5, dtype=torch.float64), torch.randn(3, dtype=torch.float64)
    weight, bias = Ridge(share).solve(sums_of(x, y), old_weight, old_bias)
    weight, bias = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    held = share * x.square().sum(0).mean()
    loss = (x @ weight.T + bias - y).square().sum() + held * (weight - old_weight).square().sum()
    for slope in torch.autograd.grad(loss, (weight, bias)):
        torch.testing.assert_close(slope, torch.zeros_like(slope), atol=1e-9, rtol=0)


def test_a_strong_hold_keeps_the_weights_and_moves_the_bias():
    x, y = samples()
    weight, bias = Ridge(1e9).solve(sums_of(x, y), torch.zeros(3, 5), torch.zeros(3))
    assert weight.abs().max() < 1e-6
    torch.testing.assert_close(bias, y.mean(0), rtol=1e-6, atol=1e-8)


def test_a_map_without_bias_gets_none():
    x, y = samples()
    weight, bias = Ridge(0.0).solve(sums_of(x, y), torch.zeros(3, 5), None)
    assert bias is None
    torch.testing.assert_close(weight.T, torch.linalg.lstsq(x, y).solution)


def test_inputs_that_say_the_same_share_the_weight():
    x, y = samples(inputs=1)
    weight, _ = Ridge(0.0).solve(sums_of(x.expand(-1, 2).contiguous(), y), torch.zeros(3, 2), torch.zeros(3))
    torch.testing.assert_close(weight[:, 0], weight[:, 1])
    assert torch.isfinite(weight).all()


def test_no_inputs_leave_the_bias():
    x, y = samples()
    weight, bias = Ridge().solve(sums_of(x[:, :0], y), torch.zeros(3, 0), torch.zeros(3))
    assert weight.shape == (3, 0)
    torch.testing.assert_close(bias, y.mean(0))
