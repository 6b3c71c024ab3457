"""The approach of Kunin et al. 2021: for each weight, integrals of its squared update, kept beside the momentum.

Their theory of a charge under momentum needs the integral of e^(-a s) g(s)^2 up to now for both roots a of the
characteristic polynomial; their optimizer adds e^(-a t) u^2, t the
learning rate times the step and u the update, to two buffers of every element in every step. This is that rule, written
anew; `from_checkout` runs their own optimizer instead.
"""

import importlib.util
import math
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

from dynamics_peers.training import DECAY, MOMENTUM, RATE, Training, plain_sgd


class ElementBuffers:
    """Two integrals for each element of each parameter, updated after every step of an optimizer.

    Args:
        optimizer: SGD with momentum and one learning rate that never changes: the weights of the integrals assume it.
    """

    def __init__(self, optimizer: torch.optim.SGD) -> None:
        group = optimizer.param_groups[0]
        scaled = group["lr"] * (1 - group["dampening"]) * (1 + group["momentum"])
        damping = (1 - group["momentum"]) / scaled
        # the overdamped case, in which the benchmark trains: two real roots
        spread = math.sqrt(damping**2 - 4 * group["weight_decay"] / scaled)
        self.roots = (-damping + spread, -damping - spread)
        self.time_step = group["lr"] * (1 - group["dampening"])
        self.steps = 0
        self.integrals: dict[Tensor, tuple[Tensor, Tensor]] = {}
        optimizer.register_step_post_hook(self.read)

    @torch.no_grad()
    def read(self, optimizer: torch.optim.Optimizer, *_: object) -> None:
        """Add e^(-a t) u^2 to both integrals of every element."""
        # from here on the faster root would overflow float32; the work stays the same
        now = self.time_step * self.steps
        weights = [math.exp(min(-root * now, 80.0)) for root in self.roots]
        self.steps += 1
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                update = optimizer.state[parameter]["momentum_buffer"]
                if parameter not in self.integrals:
                    self.integrals[parameter] = (torch.zeros_like(parameter), torch.zeros_like(parameter))
                for integral, weight in zip(self.integrals[parameter], weights, strict=True):
                    integral.add_(weight * update**2)


def buffered(model: nn.Module) -> Training:
    """Return a training with two integrals for each weight."""
    optimizer = plain_sgd(model)
    ElementBuffers(optimizer)
    return Training(model, optimizer, nn.CrossEntropyLoss())


def from_checkout(model: nn.Module, checkout: Path) -> Training:
    """Return a training with the authors' own optimizer, from a copy of github.com/danielkunin/neural-mechanics."""
    spec = importlib.util.spec_from_file_location("authors_sgd", checkout / "optimizers" / "custom_sgd.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    optimizer = module.SGD(model.parameters(), RATE, MOMENTUM, weight_decay=DECAY, save_buffers=["mom"])
    return Training(model, optimizer, nn.CrossEntropyLoss())
