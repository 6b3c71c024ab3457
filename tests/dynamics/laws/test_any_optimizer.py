import numpy as np
import pytest
import torch

from netwright.dynamics.laws.any_optimizer import attribute_change

from .networks import relu_net


@pytest.mark.parametrize("make", [torch.optim.AdamW, torch.optim.RMSprop])
def test_the_change_of_every_charge_is_attributed_whatever_the_optimizer(make):
    watched = relu_net()
    optimizer = make(watched.parameters, lr=0.01, weight_decay=0.1)
    for step in range(20):
        before = [parameter.detach().clone() for parameter in watched.parameters]
        optimizer.zero_grad()
        watched.loss(step).backward()
        optimizer.step()
        update = [after.detach() - parameter for after, parameter in zip(watched.parameters, before, strict=True)]
        change = attribute_change(watched.weigh(before, update), watched.weigh(update, update))
        truth = watched.weigh(watched.parameters, watched.parameters) - watched.weigh(before, before)
        assert np.abs(truth).max() > 1e-3
        assert np.abs((change - truth) / watched.size()).max() <= 1e-14
