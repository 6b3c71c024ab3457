"""The charges of GL(d), M = A A^T - C^T C, of one attention head obey the same laws, entry by entry."""

import numpy as np
import pytest
import torch
from torch import nn

from netwright.dynamics.laws.momentum import QuadraticState, quadratic_momentum
from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.laws.sgd import quadratic_sgd

from .networks import cosine

STEPS, WIDTH, HEAD, TOKENS = 150, 6, 3, 5


class Head:
    def __init__(self):
        torch.manual_seed(0)
        self.query, self.key, self.value = (self._matrix(HEAD, WIDTH + 1) for _ in range(3))
        self.out = self._matrix(WIDTH, HEAD)
        self.parameters = [self.query, self.key, self.value, self.out]
        self.inputs, self.goals = torch.randn(2, 8, 4, TOKENS, WIDTH, dtype=torch.float64)

    def _matrix(self, rows, columns):
        return nn.Parameter(torch.randn(rows, columns, dtype=torch.float64) * 0.5)

    def loss(self, step):
        tokens = torch.cat([self.inputs[step % 8], torch.ones(4, TOKENS, 1, dtype=torch.float64)], -1)
        query, key, value = (tokens @ matrix.T for matrix in self.parameters[:3])
        weights = torch.softmax(query @ key.mT / HEAD**0.5, -1)
        return ((weights @ value @ self.out.T - self.goals[step % 8]) ** 2).mean()

    @staticmethod
    def weigh(x, y):
        """A A'^T - C^T C' of query against key (a bias is a column) and of value against output; symmetric parts."""
        forms = x[0] @ y[0].T - x[1] @ y[1].T, x[2] @ y[2].T - x[3].T @ y[3]
        return torch.stack([(form + form.T) / 2 for form in forms]).detach().numpy().reshape(-1).copy()


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_every_entry_follows_the_law(momentum):
    head = Head()
    base = StepSettings(0.2 * (1 - momentum), momentum, 0.0, weight_decay=0.01)
    optimizer = torch.optim.SGD(head.parameters, base.lr, base.momentum, base.dampening, base.weight_decay)
    charge = head.weigh(head.parameters, head.parameters)
    theory, state = charge, QuadraticState(charge, np.zeros_like(charge))
    for step in range(STEPS):
        settings = cosine(base, step, STEPS)
        optimizer.param_groups[0].update(lr=settings.lr, momentum=settings.momentum, weight_decay=settings.weight_decay)
        optimizer.zero_grad()
        head.loss(step).backward()
        gradients = [parameter.grad.clone() for parameter in head.parameters]
        optimizer.step()
        if momentum:
            buffers = [optimizer.state[parameter]["momentum_buffer"] for parameter in head.parameters]
            state = quadratic_momentum(state, head.weigh(buffers, buffers), 0.0, settings, step == 0)
            theory = state.charge
        else:
            theory = quadratic_sgd(theory, head.weigh(gradients, gradients), 0.0, settings)
        truth = head.weigh(head.parameters, head.parameters)
        size = sum(float((parameter.detach() ** 2).sum()) for parameter in head.parameters) / HEAD
        assert np.abs(theory - truth).max() <= 1e-12 * size
    assert np.abs(truth - charge).max() > 1e-2 * size
