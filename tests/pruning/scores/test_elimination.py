import pytest
import torch

from netwright.pruning.scores.elimination import eliminate


def problem(outputs=3, inputs=12, seed=0):
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(outputs, inputs, generator=generator, dtype=torch.float64)
    rows = torch.randn(2 * inputs, inputs, generator=generator, dtype=torch.float64)
    return weight, rows.T @ rows / len(rows) + 0.01 * torch.eye(inputs, dtype=torch.float64)


def least_loss(weight, covariance, gone):
    """|(W' - W) H^(1/2)|^2 of the best W' that is 0 at the columns `gone`, by solving for it."""
    stay = [at for at in range(weight.shape[1]) if at not in gone]
    best = torch.zeros_like(weight)
    if stay:
        best[:, stay] = torch.linalg.solve(covariance[stay][:, stay], covariance[stay] @ weight.T).T
    change = best - weight
    return float(torch.trace(change @ covariance @ change.T))


def columns(units, width):
    return [unit * width + at for unit in units for at in range(width)]


@pytest.mark.parametrize("width", [1, 2, 3])
def test_one_at_a_time_it_is_the_greedy_search_over_exact_fits(width):
    weight, covariance = problem()
    order, cost = eliminate(weight, covariance, width, 1)
    gone, before = [], 0.0
    for unit, told in zip(order.tolist(), cost.tolist(), strict=True):
        left = [one for one in range(12 // width) if one not in gone]
        losses = {one: least_loss(weight, covariance, columns([*gone, one], width)) for one in left}
        assert unit == min(losses, key=losses.get)
        assert told == pytest.approx(losses[unit] - before, rel=1e-6)
        gone.append(unit)
        before = losses[unit]


@pytest.mark.parametrize(("width", "together"), [(1, 5), (1, 100), (2, 2), (3, 3)])
def test_costs_sum_to_the_true_loss_however_many_go_at_once(width, together):
    weight, covariance = problem(seed=1)
    order, cost = eliminate(weight, covariance, width, together)
    assert sorted(order.tolist()) == list(range(12 // width))
    for count in range(1, len(order) + 1):
        loss = least_loss(weight, covariance, columns(order[:count].tolist(), width))
        assert float(cost[:count].sum()) == pytest.approx(loss, rel=1e-6)


def test_what_it_is_given_stays_as_it_is():
    weight, covariance = problem()
    kept = weight.clone(), covariance.clone()
    eliminate(weight, covariance, 1, 4)
    assert torch.equal(weight, kept[0])
    assert torch.equal(covariance, kept[1])
