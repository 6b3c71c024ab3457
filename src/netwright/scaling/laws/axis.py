"""What is known beforehand about a constant that enters a law nonlinearly."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import special

from netwright.scaling.observations import Floats


class Axis(Protocol):
    """A positive constant, searched and weighed on a logarithmic scale."""

    @property
    def name(self) -> str:
        """The constant."""

    def bounds(self, ratios: Floats) -> tuple[float, float]:
        """Return its lowest and highest value, for errors at some sizes over n0."""

    def log_prior(self, logs: Floats, ratios: Floats) -> Floats:
        """Return ln of the prior density of its logarithm, which integrates to 1 between the bounds."""


@dataclass(frozen=True)
class LogNormal:
    """A constant whose size does not depend on the data: ln x ~ N(ln centre, width^2), cut to its bounds.

    Args:
        name: The constant.
        low: Its lowest value.
        high: Its highest.
        centre: Its median, but for the cut.
        width: Standard deviation of its logarithm.
    """

    name: str
    low: float
    high: float
    centre: float
    width: float

    def bounds(self, ratios: Floats) -> tuple[float, float]:  # noqa: ARG002
        """Return the lowest and the highest value."""
        return self.low, self.high

    def log_prior(self, logs: Floats, ratios: Floats) -> Floats:
        """Return ln of the density of ln x.

        Args:
            logs: Logarithms of the constant.
            ratios: (K,) sizes over n0.

        Returns:
            Log densities.

        >>> axis = LogNormal("b", 1e-9, 1e9, 0.4, 0.6)
        >>> density = np.exp(axis.log_prior(np.log(np.array([0.4])), np.ones(3)))
        >>> round(float(density[0] * 0.6 * np.sqrt(2 * np.pi)), 9)
        1.0
        """
        low, high = (np.log(bound / self.centre) / self.width for bound in self.bounds(ratios))
        kept = special.ndtr(high) - special.ndtr(low)
        z = (logs - np.log(self.centre)) / self.width
        return np.asarray(-0.5 * z**2 - np.log(self.width * np.sqrt(2 * np.pi) * kept))


@dataclass(frozen=True)
class AmongSizes:
    """A constant that is itself a number of training samples, over n0: log-uniform about the measured sizes.

    Args:
        name: The constant.
        before: Its lowest value, as a multiple of the smallest size.
        beyond: Its highest, as a multiple of the largest size.
    """

    name: str
    before: float = 1.0
    beyond: float = 1.0

    def bounds(self, ratios: Floats) -> tuple[float, float]:
        """Return the lowest and the highest value.

        Args:
            ratios: (K,) sizes over n0, ascending.

        Returns:
            Both, over n0.

        >>> AmongSizes("half", before=0.5, beyond=4.0).bounds(np.array([0.25, 1.0, 4.0]))
        (0.125, 16.0)
        """
        return float(ratios[0] * self.before), float(ratios[-1] * self.beyond)

    def log_prior(self, logs: Floats, ratios: Floats) -> Floats:
        """Return ln of the density of ln x, the same everywhere."""
        low, high = self.bounds(ratios)
        return np.full_like(logs, -np.log(np.log(high / low)))
