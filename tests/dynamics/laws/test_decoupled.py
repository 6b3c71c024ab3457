import numpy as np
import pytest
import torch

from netwright.dynamics.laws.decoupled import decouple, kept, shrink
from netwright.dynamics.laws.momentum import LinearState, QuadraticState, linear_momentum, quadratic_momentum
from netwright.dynamics.laws.settings import StepSettings

from .networks import broken_net, cosine, relu_net

BASE = StepSettings(0.03, momentum=0.9, dampening=0.2, weight_decay=0.5)
STEPS = 200


@pytest.mark.parametrize("make", [relu_net, broken_net], ids=["predicted", "attributed"])
@pytest.mark.parametrize("decay_first", [False, True], ids=["SGDW", "order of AdamW"])
def test_both_orders_of_decay_and_step_follow_the_law(decay_first, make):
    watched, share = make(), float(make is broken_net)
    optimizer = torch.optim.SGD(watched.parameters, BASE.lr, BASE.momentum, BASE.dampening)
    start = watched.weigh(watched.parameters, watched.parameters)
    charge = QuadraticState(start, np.zeros_like(start))
    linear = LinearState(watched.along(watched.parameters), np.zeros_like(watched.along(watched.parameters)))
    for step in range(STEPS):
        settings = cosine(BASE, step, STEPS)
        optimizer.param_groups[0].update(lr=settings.lr, momentum=settings.momentum)
        optimizer.zero_grad()
        watched.loss(step).backward()
        gradients = [parameter.grad.clone() for parameter in watched.parameters]
        breaking, slope = watched.weigh(gradients, watched.parameters), watched.along(gradients)
        for decays in (decay_first, not decay_first):
            if decays:
                with torch.no_grad():
                    torch._foreach_mul_(watched.parameters, 1 - settings.lr * settings.weight_decay)
                charge, linear = shrink(charge, settings), shrink(linear, settings)
            else:
                optimizer.step()
                buffers = [optimizer.state[parameter]["momentum_buffer"] for parameter in watched.parameters]
                square, law = watched.weigh(buffers, buffers), decouple(settings)
                met = share * breaking * (kept(settings) if decay_first else 1.0)
                charge = quadratic_momentum(charge, square, met, law, step == 0)
                linear = linear_momentum(linear, law, step == 0, share * slope)
        truth = watched.weigh(watched.parameters, watched.parameters)
        assert np.abs((charge.charge - truth) / watched.size()).max() <= 1e-12
        assert linear.charge == pytest.approx(watched.along(watched.parameters), rel=0, abs=1e-12)
