"""How far the continuous theory of charges is from training: two quadratures and two starts, next to the exact laws.

A small network with BatchNorm (64-32-32-10, the digits of scikit-learn, batches of 64 drawn with replacement, float64
and next to no epsilon unless told otherwise) is trained with torch.optim.SGD at constant settings, for 2,000 steps
without momentum and 800 with it. At every step charges are compared with

- coarse: the force of a step strikes at the step's beginning; momentum starts with Q' = 0;
- midpoint: it strikes in the middle of the step; momentum starts with Q' = 0;
- start: as midpoint, but momentum starts at rest half a step before the first step (`momentum_start`);
- flow: what `modified_flow` and `momentum_flow` do: it strikes at the end of a plain step and at `Oscillator.blow` of a
  step with momentum, which starts as above;
- exact: the discrete law with rho = 0.

Charges: the rows before both BatchNorms (scale), the affine of both norms with what reads it (rescale), the columns and
the bias of the softmax head (translation). Printed is the largest error over steps and charges, for scale and rescale
relative to Q1 + Q2 and for translation to |a| |theta_A|, each the largest that the charge had so far (high rates let
channels die: what is left of those is no measure of anything). The figures under `spec` are those of a prototype on
another network, which is not described.

Run: python benchmarks/dynamics_laws.py [--steps N] [--dtype float32] [--epsilon 1e-5] [--json FILE]
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional

from netwright.dynamics.laws.modified_flow import linear_modified_flow, modified_flow_step
from netwright.dynamics.laws.momentum import LinearState, QuadraticState, linear_momentum, quadratic_momentum
from netwright.dynamics.laws.momentum_flow import (
    FlowState,
    linear_momentum_flow_step,
    momentum_flow_step,
    momentum_force,
    quadratic_oscillator,
)
from netwright.dynamics.laws.momentum_start import start_linear_flow, start_quadratic_flow
from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.laws.sgd import linear_sgd, quadratic_sgd
from netwright.machine.hardware import describe_hardware

Floats = NDArray[np.float64]
BATCH, WIDTH, CLASSES = 64, 32, 10
STEPS_PLAIN, STEPS_MOMENTUM = 2000, 800


@dataclass(frozen=True)
class Setting:
    """A row of the table: settings, and the largest errors of the prototype."""

    settings: StepSettings
    coarse: float
    midpoint: float | None


TABLE = (
    Setting(StepSettings(0.05, weight_decay=5e-4), 2e-5, None),
    Setting(StepSettings(0.5, weight_decay=5e-4), 4e-4, None),
    Setting(StepSettings(2.0, weight_decay=5e-3), 1.6e-2, None),
    Setting(StepSettings(0.01, 0.9, weight_decay=5e-4), 6e-4, 5e-5),
    Setting(StepSettings(0.1, 0.9, weight_decay=5e-4), 1.7e-2, 4e-4),
    Setting(StepSettings(0.1, 0.99, weight_decay=5e-4), 4.4e-2, 7e-4),
    Setting(StepSettings(1.0, 0.9, weight_decay=5e-3), 0.20, 4e-2),
)


class Network:
    """The network, and the products of its charges."""

    def __init__(self, epsilon: float, dtype: torch.dtype) -> None:
        torch.manual_seed(0)
        images, labels = load_digits(return_X_y=True)
        self.images, self.labels = torch.tensor(images / 16, dtype=dtype), torch.tensor(labels)
        self.epsilon = epsilon
        sizes = (64, WIDTH), (WIDTH, WIDTH), (WIDTH, CLASSES)
        first, second, last = (nn.Linear(*size, dtype=dtype) for size in sizes)
        affine = [nn.Parameter(value(WIDTH, dtype=dtype)) for value in (torch.ones, torch.zeros) * 2]
        self.parameters = [first.weight, *affine[:2], second.weight, *affine[2:], last.weight, last.bias]

    def loss(self) -> Tensor:
        """Cross-entropy of a batch."""
        first, gain1, shift1, second, gain2, shift2, last, bias = self.parameters
        drawn = torch.randint(len(self.images), (BATCH,))
        hidden = self.images[drawn]
        for weight, gain, shift in ((first, gain1, shift1), (second, gain2, shift2)):
            normed = functional.batch_norm(
                functional.linear(hidden, weight), None, None, gain, shift, training=True, eps=self.epsilon
            )
            hidden = torch.relu(normed)
        return functional.cross_entropy(functional.linear(hidden, last, bias), self.labels[drawn])

    def weigh(self, x: list[Tensor], consumers: float = -1.0) -> Floats:
        """<x, D x> of scale charges, then rescale charges; consumers = 1 gives the sum of both sides."""
        first, gain1, shift1, second, gain2, shift2, last, _ = (tensor.detach().double() ** 2 for tensor in x)
        rescale = (
            gain1 + shift1 + consumers * second.sum(0),
            gain2 + shift2 + consumers * last.sum(0),
        )
        return torch.cat([first.sum(1), second.sum(1), *rescale]).numpy()

    def translations(self) -> tuple[Floats, Floats]:
        """<a, theta> of the head, and |a| |theta_A|."""
        head = torch.cat([self.parameters[-2], self.parameters[-1][:, None]], 1).detach().double()
        return head.sum(0).numpy(), (head.norm(dim=0) * CLASSES**0.5).numpy()


class Plain:
    """The theories of plain gradient descent, each with its charges."""

    def __init__(self, charge: Floats, linear: Floats, settings: StepSettings) -> None:
        self.settings = settings
        self.coarse = self.midpoint = self.flow = self.exact = charge
        self.flowing = self.stepping = linear

    def step(self, curvature: Floats, first: bool) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Go a step on; what each theory says of quadratic and of linear charges."""
        del first  # there is no buffer to be made
        eta, lam = self.settings.lr, self.settings.weight_decay
        kept = np.exp(-(2 * lam + eta * lam**2) * eta)
        self.coarse = kept * (self.coarse + eta**2 * curvature)
        self.midpoint = kept * self.midpoint + kept**0.5 * eta**2 * curvature
        self.flow = modified_flow_step(self.flow, curvature, self.settings)
        self.exact = quadratic_sgd(self.exact, curvature, 0.0, self.settings)
        self.flowing = linear_modified_flow(self.flowing, self.settings, steps=1)
        self.stepping = linear_sgd(self.stepping, self.settings)
        quadratic = {"coarse": self.coarse, "midpoint": self.midpoint, "flow": self.flow, "exact": self.exact}
        return quadratic, {"flow": self.flowing, "exact": self.stepping}


class Momentum:
    """The theories of momentum, each with its state."""

    def __init__(self, charge: Floats, linear: Floats, settings: StepSettings) -> None:
        self.settings = settings
        self.coarse = self.midpoint = FlowState(charge, np.zeros_like(charge))
        self.start = self.flow = start_quadratic_flow(charge, settings)
        self.exact = QuadraticState(charge, np.zeros_like(charge))
        self.flowing = start_linear_flow(linear, settings)
        self.stepping = LinearState(linear, np.zeros_like(linear))

    def step(self, velocity_square: Floats, first: bool) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Go a step on; what each theory says of quadratic and of linear charges."""
        force = momentum_force(velocity_square, self.settings)
        self.coarse = self._strike(self.coarse, force, at=0.0)
        self.midpoint, self.start = (self._strike(state, force, at=0.5) for state in (self.midpoint, self.start))
        self.flow = momentum_flow_step(self.flow, force, self.settings)
        self.exact = quadratic_momentum(self.exact, velocity_square, 0.0, self.settings, first)
        self.flowing = linear_momentum_flow_step(self.flowing, self.settings)
        self.stepping = linear_momentum(self.stepping, self.settings, first)
        quadratic = {"coarse": self.coarse, "midpoint": self.midpoint, "start": self.start, "flow": self.flow}
        linear = {"flow": self.flowing, "exact": self.stepping}
        told = {name: state.charge for name, state in quadratic.items()} | {"exact": self.exact.charge}
        return told, {name: state.charge for name, state in linear.items()}

    def _strike(self, state: FlowState, force: Floats, at: float) -> FlowState:
        undriven, oscillator = momentum_flow_step(state, 0.0, self.settings), quadratic_oscillator(self.settings)
        response, h = oscillator.respond(np.array([1 - at])), oscillator.time_step
        return FlowState(
            undriven.charge + h**2 * response.green * force, undriven.rate + h * response.green_rate * force
        )


def errors(network: Network, settings: StepSettings, steps: int) -> dict[str, float]:
    """Train at constant settings; the largest relative error of each theory, of scale and of rescale charges."""
    optimizer = torch.optim.SGD(network.parameters, settings.lr, settings.momentum, weight_decay=settings.weight_decay)
    theories = (Momentum if settings.momentum else Plain)(
        network.weigh(network.parameters), network.translations()[0], settings
    )
    worst: dict[str, float] = {}
    peak = longest = np.zeros(())
    for step in range(steps):
        optimizer.zero_grad()
        network.loss().backward()
        read = network.weigh([parameter.grad for parameter in network.parameters])
        optimizer.step()
        if settings.momentum:
            read = network.weigh([optimizer.state[p]["momentum_buffer"] for p in network.parameters])
        quadratic, linear = theories.step(read, step == 0)
        charge, sums, lengths = network.weigh(network.parameters), *network.translations()
        peak, longest = np.maximum(peak, network.weigh(network.parameters, 1.0)), np.maximum(longest, lengths)
        for name, theory in quadratic.items():
            off = np.abs(theory - charge) / peak
            _raise(worst, f"{name} scale", off[: 2 * WIDTH])
            _raise(worst, f"{name} rescale", off[2 * WIDTH :])
        for name, theory in linear.items():
            _raise(worst, f"{name} translation", np.abs(theory - sums) / longest)
    return worst


def _raise(worst: dict[str, float], name: str, off: Floats) -> None:
    worst[name] = max(worst.get(name, 0.0), float(off.max()))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, help="steps of every training, in place of 2,000 and 800")
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64", help="what the network trains in")
    parser.add_argument("--epsilon", type=float, default=1e-30, help="epsilon of BatchNorm; it breaks the symmetry")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    told = parser.parse_args()
    names = [
        f"{name} {kind}" for kind in ("scale", "rescale") for name in ("coarse", "midpoint", "start", "flow", "exact")
    ]
    names += ["flow translation", "exact translation"]
    print(describe_hardware())
    print("| " + " | ".join(["beta", "eta", "lam", "spec coarse", "spec midpoint", *names]) + " |")
    print("|---" * (5 + len(names)) + "|")
    rows = []
    for row in TABLE:
        steps = told.steps or (STEPS_MOMENTUM if row.settings.momentum else STEPS_PLAIN)
        found = errors(Network(told.epsilon, getattr(torch, told.dtype)), row.settings, steps)
        rows.append({**asdict(row), "steps": steps, "found": found})
        of = row.settings
        figures = [row.coarse, row.midpoint, *(found.get(name) for name in names)]
        cells = [f"{of.momentum:g}", f"{of.lr:g}", f"{of.weight_decay:g}"]
        cells += ["-" if figure is None else f"{figure:.1e}" for figure in figures]
        print("|", " | ".join(cells), "|", flush=True)
    if told.json:
        told.json.write_text(json.dumps({"hardware": str(describe_hardware()), "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
