"""Tiny networks with one charge of every kind, trained by torch.optim.SGD in float64, and what is read from them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from netwright.dynamics.laws.settings import StepSettings

Tensors = Sequence[Tensor]
Floats = NDArray[np.float64]
Schedule = Callable[[StepSettings, int, int], StepSettings]


@dataclass
class Watched:
    """A network, the forms <x, D y> of its quadratic charges and the form <a, x> of its translations."""

    parameters: list[nn.Parameter]
    loss: Callable[[int], Tensor]
    product: Callable[[Tensors, Tensors, float], Tensor]  # the last argument is the sign of the consumers
    linear: Callable[[Tensors], Tensor]

    def weigh(self, x: Tensors, y: Tensors) -> Floats:
        return self.product(x, y, -1.0).detach().numpy().copy()

    def size(self) -> Floats:
        """Q1 + Q2."""
        return self.product(self.parameters, self.parameters, 1.0).detach().numpy().copy()

    def along(self, x: Tensors) -> Floats:
        return self.linear(x).detach().numpy().copy()

    def length(self) -> Floats:
        """|a| |theta_A| of the translations: of each input column of the head, and of its bias."""
        head, bias = self.parameters[-2].detach(), self.parameters[-1].detach()
        columns = torch.cat([head, bias[:, None]], 1)
        return (columns.norm(dim=0) * len(columns) ** 0.5).numpy()


def relu_net(activation: Callable[[Tensor], Tensor] = torch.relu) -> Watched:
    """Linear, BatchNorm (next to no epsilon), activation, linear, activation, linear into a softmax cross-entropy."""
    torch.manual_seed(0)
    first, middle, last = (nn.Linear(*sizes, dtype=torch.float64) for sizes in ((4, 6), (6, 5), (5, 3)))
    gain, shift = (nn.Parameter(torch.rand(6, dtype=torch.float64) + 0.5) for _ in range(2))
    inputs, labels = torch.randn(8, 32, 4, dtype=torch.float64), torch.randint(3, (8, 32))

    def loss(step: int) -> Tensor:
        hidden = functional.linear(inputs[step % 8], first.weight)  # a bias before BatchNorm moves nothing
        hidden = activation(functional.batch_norm(hidden, None, None, gain, shift, training=True, eps=1e-30))
        return functional.cross_entropy(last(activation(middle(hidden))), labels[step % 8])

    def product(x: Tensors, y: Tensors, sign: float) -> Tensor:
        rows, g, s, m, mb, out, _ = (a * b for a, b in zip(x, y, strict=True))
        scale = rows.sum(1)
        affine = g + s + sign * m.sum(0)
        rescale = m.sum(1) + mb + sign * out.sum(0)
        return torch.cat([scale, affine, rescale])

    def linear(x: Tensors) -> Tensor:
        return torch.cat([x[-2].sum(0), x[-1].sum()[None]])

    parameters = [first.weight, gain, shift, middle.weight, middle.bias, last.weight, last.bias]
    return Watched(parameters, loss, product, linear)


def broken_net() -> Watched:
    """The same with tanh, which breaks rescale symmetries, and with sums over a hidden layer, no translation."""
    watched = relu_net(torch.tanh)
    return replace(watched, linear=lambda x: x[3].sum(1))


@dataclass
class Step:
    """What was read around one step of the optimizer."""

    settings: StepSettings
    first: bool
    curvature: Floats
    breaking: Floats
    slope: Floats  # <a, g>
    velocity_square: Floats
    cross: Floats
    update_square: Floats  # of u = -(what the weights moved by)/eta
    update_gradient: Floats
    charge: Floats  # after the step
    linear: Floats  # after the step
    size: Floats
    length: Floats


def cosine(base: StepSettings, step: int, steps: int) -> StepSettings:
    """Learning rate down a cosine, weight decay up, momentum to and fro."""
    lr = base.lr * 0.5 * (1 + np.cos(np.pi * step / steps))
    decay = base.weight_decay * (1 + step / steps)
    momentum = base.momentum * (1 - 0.1 * (step % 2))
    return StepSettings(lr, momentum, base.dampening, decay, base.nesterov, base.maximize)


def constant(base: StepSettings, step: int, steps: int) -> StepSettings:
    """The same settings at every step."""
    return base


def train(watched: Watched, base: StepSettings, steps: int, schedule: Schedule = cosine) -> Iterator[Step]:
    """Train with torch.optim.SGD, and hand out what is read in every step."""
    optimizer = torch.optim.SGD(
        watched.parameters,
        base.lr,
        base.momentum,
        base.dampening,
        base.weight_decay,
        base.nesterov,
        maximize=base.maximize,
    )
    for step in range(steps):
        settings = schedule(base, step, steps)
        optimizer.param_groups[0].update(lr=settings.lr, momentum=settings.momentum, weight_decay=settings.weight_decay)
        optimizer.zero_grad()
        (base.sign * watched.loss(step)).backward()  # what is climbed is the loss turned round
        gradients = [parameter.grad.clone() for parameter in watched.parameters]
        breaking = watched.weigh(gradients, watched.parameters)
        before = [parameter.detach().clone() for parameter in watched.parameters]
        optimizer.step()
        update = [(old - new.detach()) / settings.lr for old, new in zip(before, watched.parameters, strict=True)]
        buffers = [optimizer.state[p].get("momentum_buffer", torch.zeros_like(p)) for p in watched.parameters]
        yield Step(
            settings,
            step == 0,
            watched.weigh(gradients, gradients),
            breaking,
            watched.along(gradients),
            watched.weigh(buffers, buffers),
            watched.weigh(gradients, buffers),
            watched.weigh(update, update),
            watched.weigh(update, gradients),
            watched.weigh(watched.parameters, watched.parameters),
            watched.along(watched.parameters),
            watched.size(),
            watched.length(),
        )


def take_steps(watched: Watched, settings: StepSettings, steps: int) -> None:
    """Train at constant settings on one batch, with nothing read."""
    optimizer = torch.optim.SGD(
        watched.parameters, settings.lr, settings.momentum, settings.dampening, settings.weight_decay
    )
    for _ in range(steps):
        optimizer.zero_grad()
        watched.loss(0).backward()
        optimizer.step()
