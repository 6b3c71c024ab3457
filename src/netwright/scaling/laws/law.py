"""A law that a learning curve may follow: its shape, what is likely beforehand, and how it is searched."""

from dataclasses import dataclass

import numpy as np

from netwright.records.law import FORMULAS
from netwright.scaling.laws.axis import Axis
from netwright.scaling.least_squares import Linear
from netwright.scaling.observations import Floats


@dataclass(frozen=True)
class Law:
    """e(n) = c + a x(r), r = n/n0, with x given by constants on axes, and a (and c) by least squares.

    Args:
        name: Its name, the key of its formula in `netwright.records.law.FORMULAS`.
        axes: The constants of x, in the order of the formula.
        linear: The constants that enter linearly: `Floored` for a and c, `Floorless` for a alone.
        prior: How likely the law is beforehand, relative to the others.
        grids: Points an axis in each round of the posterior's grid; a round looks closer where the one before found
            the density.
        search: Points an axis in each round of least squares.
        fewest: How many sizes it takes.
        top: The error is at most 1 at this multiple of the smallest size: 0 for a law that is finite without data.
    """

    name: str
    axes: tuple[Axis, ...]
    linear: type[Linear]
    prior: float
    grids: tuple[tuple[int, ...], ...]
    search: tuple[int, ...]
    fewest: int
    top: float = 1.0

    @property
    def constants(self) -> int:
        """How many constants the law has."""
        return len(self.axes) + self.linear.constants

    def x(self, r: Floats | float, theta: Floats) -> Floats:
        """Return the shape at r for each row of constants.

        Args:
            r: A number, or (K,) sizes over n0.
            theta: (G, P) constants on the axes.

        Returns:
            (G,) or (G, K).
        """
        shaped = np.asarray(
            FORMULAS[self.name].x(np.atleast_1d(r)[None, :], *(theta[:, [k]] for k in range(len(self.axes))))
        )
        return shaped if np.ndim(r) else shaped[:, 0]

    def errors(self, r: Floats | float, constants: Floats) -> Floats:
        """Return the expected errors of draws at r.

        Args:
            r: A number, or (K,) sizes over n0.
            constants: (N, P + 2) rows (a, ..., c), as in a draw.

        Returns:
            (N,) or (N, K) errors.
        """
        x = self.x(r, constants[:, 1:-1])
        return np.asarray((constants[:, -1] + constants[:, 0] * x.T).T)

    def predict(self, r: Floats | float, constants: tuple[float, ...]) -> Floats:
        """Return the expected error of one law at r.

        Args:
            r: A number, or (K,) sizes over n0.
            constants: (a, ..., c), as in a draw.

        Returns:
            A number, or (K,) errors.
        """
        return np.asarray(self.errors(r, np.array([constants]))[0])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its constants, in the order of a draw; without that of a floor that it does not have."""
        return ("a", *(axis.name for axis in self.axes), "c")[: self.constants]
