"""The damped oscillator that a charge is under momentum, exact over any time and near critical damping."""

import math
from dataclasses import dataclass

import numpy as np

from netwright.dynamics.laws.settings import Floats


@dataclass(frozen=True, eq=False)
class Response:
    """What an oscillator does at some times, in units of its steps.

    Args:
        homogeneous: x where x(0) = 1, x'(0) = 0.
        green: x where x(0) = 0, x'(0) = 1 per step.
        green_rate: Its rate of change, per step.
    """

    homogeneous: Floats
    green: Floats
    green_rate: Floats


@dataclass(frozen=True)
class Oscillator:
    """The damped oscillator x'' + 2 gam x' + w2 x = force, in units that stay finite where a step takes no time.

    Args:
        damping: gam h, not negative.
        pull: w2 h, not negative.
        time_step: h, the time of one step.
    """

    damping: float
    pull: float
    time_step: float

    @property
    def blow(self) -> float:
        """The share of a step after which its force strikes: ln(1 + gam h)/(2 gam h), 1/2 without damping.

        There a blow h * force moves x by what it does in the recursion of momentum that the oscillator stands for: 1,
        1 + 2 beta, 1 + 2 beta + 2 beta^2, ... in the steps after it, where 1 + beta = 2/(1 + gam h), and no decay. It
        is a little before the middle, which it tends to for beta towards 1.

        >>> round(Oscillator(damping=0.1 / 1.9, pull=0.0, time_step=0.1).blow, 3)
        0.487
        """
        return math.log1p(self.damping) / (2 * self.damping) if self.damping else 0.5

    def respond(self, steps: Floats) -> Response:
        """Return the homogeneous solution and Green's function after some steps.

        With x = gam t and y^2 = x^2 - w2 t^2: e^(-x) (cosh y + x sinh(y)/y) and t e^(-x) sinh(y)/y, which is the
        overdamped case; cosine and sine for y^2 < 0, and 1 + x and t at critical damping, where sinh(y)/y is smooth.
        The slow root -gam + sqrt(gam^2 - w2) is taken as -w2/(gam + sqrt(gam^2 - w2)), so nothing cancels and nothing
        overflows.

        Args:
            steps: Times in steps, not negative, (times,).

        Returns:
            The response, (times,) each.

        >>> critical = Oscillator(damping=0.5, pull=0.25, time_step=1.0)
        >>> critical.respond(np.array([2.0])).homogeneous.round(6).tolist()  # 2/e
        [0.735759]
        """
        apart = self.damping**2 - self.pull * self.time_step
        if apart >= 0:
            root = math.sqrt(apart)
            total = self.damping + root
            slow = self.pull * self.time_step / total if total > 0 else 0.0
            envelope, lost = np.exp(-slow * steps), -np.expm1(-2 * root * steps)
            even = 1 - lost / 2
            odd = np.divide(lost, 2 * root * steps, out=np.ones_like(steps), where=root * steps > 0)
        else:
            root = math.sqrt(-apart)
            envelope = np.exp(-self.damping * steps)
            even, odd = np.cos(root * steps), np.sinc(root * steps / np.pi)
        lean = self.damping * steps * odd
        return Response(envelope * (even + lean), envelope * steps * odd, envelope * (even - lean))
