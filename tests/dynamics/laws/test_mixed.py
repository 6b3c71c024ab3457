import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netwright.dynamics.laws.mixed import balance_breaking, mixed_sgd
from netwright.dynamics.laws.momentum import QuadraticState, quadratic_momentum
from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.laws.sgd import quadratic_sgd

from .networks import cosine, relu_net

WEIGHTS, OTHERS = (0, 3, 5), (1, 2, 4, 6)
"""Weight matrices; biases and BatchNorm's gain and shift, which are often left without decay."""
STEPS = 200


def part(tensors, members):
    return [tensor if k in members else torch.zeros_like(tensor) for k, tensor in enumerate(tensors)]


def train_in_groups(watched, bases):
    """Train with a group of its own for weights and for the others; hand out what is read of each part."""
    groups = [
        {"params": [watched.parameters[k] for k in members], "lr": base.lr, "weight_decay": base.weight_decay}
        for members, base in zip((WEIGHTS, OTHERS), bases, strict=True)
    ]
    optimizer = torch.optim.SGD(groups, momentum=bases[0].momentum, dampening=bases[0].dampening)
    for step in range(STEPS):
        settings = [cosine(base, step, STEPS) for base in bases]
        for group, one in zip(optimizer.param_groups, settings, strict=True):
            group.update(lr=one.lr, momentum=one.momentum, weight_decay=one.weight_decay)
        optimizer.zero_grad()
        watched.loss(step).backward()
        gradients = [parameter.grad.clone() for parameter in watched.parameters]
        breakings = weigh_parts(watched, gradients, watched.parameters)
        optimizer.step()
        buffers = [optimizer.state[p].get("momentum_buffer", torch.zeros_like(p)) for p in watched.parameters]
        squares = [weigh_parts(watched, tensors, tensors) for tensors in (gradients, buffers)]
        yield settings, step == 0, breakings, *squares


def weigh_parts(watched, x, y):
    return np.stack([watched.weigh(part(x, members), y) for members in (WEIGHTS, OTHERS)])


def test_no_decay_on_bias_and_two_learning_rates_follow_the_law():
    watched = relu_net()
    attributed = predicted = weigh_parts(watched, watched.parameters, watched.parameters)
    for settings, _, breakings, curvatures, _ in train_in_groups(
        watched, (StepSettings(0.05, weight_decay=0.02), StepSettings(0.1))
    ):
        attributed = mixed_sgd(attributed, curvatures, breakings, settings)
        predicted = mixed_sgd(predicted, curvatures, balance_breaking(breakings), settings)
        truth = weigh_parts(watched, watched.parameters, watched.parameters)
        assert np.abs((attributed - truth) / watched.size()).max() <= 1e-12
        assert np.abs((predicted - truth).sum(0) / watched.size()).max() <= 1e-12
    # the sum vanishes, its parts do not
    assert np.abs(breakings.sum(0)).max() < 1e-12
    assert np.abs(breakings).max() > 1e-3


def test_the_law_of_momentum_sums_over_parts():
    watched = relu_net()
    start = weigh_parts(watched, watched.parameters, watched.parameters)
    states = [QuadraticState(charge, np.zeros_like(charge)) for charge in start]
    bases = (StepSettings(0.03, 0.9, 0.3, weight_decay=0.02), StepSettings(0.06, 0.9, 0.3))
    for settings, first, breakings, _, squares in train_in_groups(watched, bases):
        parts = zip(states, squares, balance_breaking(breakings), settings, strict=True)
        states = [quadratic_momentum(*one, first) for one in parts]
        truth = watched.weigh(watched.parameters, watched.parameters)
        assert np.abs((sum(state.charge for state in states) - truth) / watched.size()).max() <= 1e-12


values = arrays(np.float64, (3, 2), elements=st.floats(-10, 10))


@given(values, values, values, st.floats(0, 1), st.floats(0, 1))
def test_with_equal_settings_the_balanced_parts_predict_what_an_unbroken_whole_does(q, n, rho, lr, decay):
    settings = StepSettings(lr, weight_decay=decay)
    parts = mixed_sgd(q, n, balance_breaking(rho), [settings] * 3)
    assert parts.sum(0) == pytest.approx(quadratic_sgd(q.sum(0), n.sum(0), 0.0, settings), abs=1e-12)


def test_parts_without_settings_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        mixed_sgd(np.ones((2, 1)), np.ones((2, 1)), np.ones((2, 1)), [StepSettings(0.1)])
