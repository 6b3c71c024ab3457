import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from netwright.dynamics.forecast import (
    ScaleReadings,
    equilibrium,
    equilibrium_angle,
    forecast,
    relaxation_rate,
    steps_to,
    turn,
    uncorrelated,
)
from netwright.dynamics.laws.settings import StepSettings
from netwright.records.errors import InputError

DECAYS = StepSettings(lr=0.1, weight_decay=0.01)
METHODS = {
    "plain": StepSettings(lr=0.1, weight_decay=0.01),
    "momentum": StepSettings(lr=0.02, momentum=0.8, weight_decay=0.01),
    "dampened": StepSettings(lr=0.1, momentum=0.8, dampening=0.8, weight_decay=0.01),
    "nesterov": StepSettings(lr=0.02, momentum=0.8, weight_decay=0.01, nesterov=True),
}


def same(values):
    return ScaleReadings(squares=np.ones_like(values), updates=values, crossings=values, inward=np.zeros_like(values))


@given(st.floats(1e-3, 0.5), st.floats(1e-4, 0.5), st.floats(0.1, 1e3), st.floats(1e-2, 1e2))
def test_the_equilibrium_of_plain_sgd_is_the_fixed_point_of_its_recursion(lr, decay, noise, square):
    settings = StepSettings(lr=lr, weight_decay=decay)
    fixed = uncorrelated(np.array([noise]), settings)[0]
    assert (1 - lr * decay) ** 2 * fixed + lr**2 * noise / fixed == pytest.approx(fixed, rel=1e-12)
    # the same from a reading of the whole step g + lam w taken at that point: <u, u> = N + lam^2 Q
    updates = np.array([[noise / fixed + decay**2 * fixed]])
    reading = ScaleReadings(np.array([[fixed]]), updates, updates, np.array([[decay * fixed]]))
    assert equilibrium(reading, settings)[0] == pytest.approx(fixed, rel=1e-12)


@pytest.mark.parametrize("start", [0.02, 0.5, 1.05, 3.0, 30.0])
def test_the_steps_are_those_that_the_recursion_takes(start):
    noise = 50.0
    settings = StepSettings(lr=0.02, weight_decay=0.01)
    goal = uncorrelated(np.array([noise]), settings)
    square, took = start * goal[0], 0
    while abs((square / goal[0]) ** 0.5 - 1) > 0.1:
        square = (1 - settings.lr * settings.weight_decay) ** 2 * square + settings.lr**2 * noise / square
        took += 1
    assert steps_to(start * goal, goal, settings) == pytest.approx(took, abs=2, rel=1e-3)


def test_rows_that_cross_are_followed_until_the_layer_stays():
    # one row falls and one rises: their sum passes the goal early, and leaves it again
    settings, heading = StepSettings(lr=0.1, weight_decay=0.01), np.array([1.0, 1.0])
    now = np.array([2.0, 0.01])
    told, rate = steps_to(now, heading, settings), relaxation_rate(settings)
    times = np.arange(0, 2000)
    squares = np.sqrt(heading**2 + (now**2 - heading**2) * np.exp(-rate * times)[:, None])
    away = np.abs(np.sqrt(squares.sum(1) / 2) - 1) > 0.1
    assert told == pytest.approx(times[away][-1] if away.any() else 0, abs=1.5)


def test_without_decay_norms_only_grow_and_nothing_is_foretold():
    told = forecast("conv", same(np.ones((3, 4))), StepSettings(lr=0.1, momentum=0.9))
    assert (told.norm, told.equilibrium, told.steps, told.equilibrium_angle) == (2.0, None, None, None)
    assert told.effective_rate == pytest.approx(0.1 / 4)
    # without noise the equilibrium is 0, and never reached
    still = forecast("conv", same(np.zeros((3, 4))), DECAYS)
    assert (still.equilibrium, still.steps) == (0.0, None)


def test_the_turn_is_the_angle_between_the_weights_before_and_after():
    draws = np.random.default_rng(0)
    w, u = draws.standard_normal((2, 5))
    reading = ScaleReadings(*(np.array([[v]]) for v in (w @ w, u @ u, u @ u, w @ u)))
    after = w - 0.3 * u
    angle = np.arccos(w @ after / np.linalg.norm(w) / np.linalg.norm(after))
    assert turn(reading, 0.3)[0] ** 0.5 == pytest.approx(angle)


def test_readings_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="four arrays"):
        forecast("conv", ScaleReadings(np.ones((1, 2)), np.ones((1, 3)), np.ones((1, 2)), np.ones((1, 2))), DECAYS)


@pytest.mark.parametrize("settings", METHODS.values(), ids=METHODS)
def test_white_noise_on_a_sphere_comes_to_the_balance(settings):
    # many rows under pure noise g = xi / |w|, xi across w: the norm, and the turn a step, come to what was foretold
    draws = np.random.default_rng(1)
    w = draws.standard_normal((400, 20))
    buffer, seen = np.zeros_like(w), []
    for step in range(1500):
        noise = draws.standard_normal(w.shape)
        squares = (w * w).sum(1, keepdims=True)
        g = (noise - w * (noise * w).sum(1, keepdims=True) / squares) / np.sqrt(squares) + settings.weight_decay * w
        buffer = settings.momentum * buffer + settings.intake(first=step == 0 or not settings.momentum) * g
        u = g + settings.momentum * buffer if settings.nesterov else buffer
        if step >= 1400:
            seen.append([(w * w).sum(1), (u * u).sum(1), (u * buffer).sum(1), (w * u).sum(1)])
        w = w - settings.lr * u
    readings = ScaleReadings(*np.array(seen).transpose(1, 0, 2))
    reached = readings.squares.mean()
    # a row's own ups and downs correlate Q with the noise at second order in the turn
    assert equilibrium(readings, settings).mean() == pytest.approx(reached, rel=0.02)
    assert uncorrelated(np.array([19.0]), settings)[0] == pytest.approx(reached, rel=0.03)
    assert np.sqrt(turn(readings, settings.lr).mean()) == pytest.approx(equilibrium_angle(settings), rel=0.03)


@pytest.mark.parametrize("settings", [METHODS["plain"], METHODS["momentum"], METHODS["nesterov"]])
def test_a_forecast_made_early_in_a_real_training_comes_true(settings):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(12, 8, bias=False), nn.BatchNorm1d(8, affine=False), nn.Linear(8, 4))
    weight = model[0].weight
    optimizer = torch.optim.SGD(
        [weight],
        lr=settings.lr,
        momentum=settings.momentum,
        weight_decay=settings.weight_decay,
        nesterov=settings.nesterov,
    )
    with torch.no_grad():
        weight.mul_(0.5 / weight.norm())
    norms, seen = [], []
    for _ in range(1400):
        loss = 8 * functional.cross_entropy(model(torch.randn(16, 12)), torch.randint(4, (16,)))
        weight.grad = torch.autograd.grad(loss, weight)[0]
        before = weight.detach().double()
        g = weight.grad.double() + settings.weight_decay * before
        optimizer.step()
        b = optimizer.state[weight]["momentum_buffer"].double() if settings.momentum else g
        u = g + settings.momentum * b if settings.nesterov else b
        seen.append([(x * y).sum(1).numpy() for x, y in ((before, before), (u, u), (u, b), (before, u))])
        norms.append(float(weight.detach().norm()))
    early, later, last = (
        forecast("0", ScaleReadings(*np.array(part).transpose(1, 0, 2)), settings)
        for part in (seen[10:40], seen[100:400], seen[-300:])
    )
    reached = np.mean(norms[-300:])
    assert norms[39] < 0.85 * reached, "the training was there already: nothing was foretold"
    # while the norm grows, the momentum buffer remembers the larger gradients of smaller weights
    assert early.equilibrium == pytest.approx(reached, rel=0.15)
    assert later.equilibrium == pytest.approx(reached, rel=0.04)
    assert last.angle == pytest.approx(last.equilibrium_angle, rel=0.06)
    if settings.momentum:
        return
    arrived = 40 + np.flatnonzero(np.array(norms[40:]) < 0.9 * early.equilibrium)[-1]
    assert 40 + early.steps == pytest.approx(arrived, rel=0.25)
