"""What every family of symmetries that has charges can do."""

from collections.abc import Mapping
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from netwright.records.symmetry import Symmetry

Floats = NDArray[np.float64]
Tensors = Mapping[str, Tensor]
"""Values by the name of a parameter: parameters, gradients, momentum buffers. A name that is missing counts as 0."""


class Family(Protocol):
    """A family of symmetries that has charges.

    A quadratic charge is Q = <theta, D theta> with D symmetric, a linear one c = <a, theta>.
    """

    @property
    def symmetry(self) -> Symmetry:
        """What it is, in words and counts."""

    @property
    def linear(self) -> bool:
        """Whether its charges are linear in the parameters."""

    def between(self, left: Tensors, right: Tensors) -> Floats:
        """Return <left, D right> of every quadratic charge: (count,)."""

    def along(self, values: Tensors) -> Floats:
        """Return <a, values> of every linear charge, or <values, D values> of every quadratic one: (count,)."""

    def named(self, symmetry: Symmetry) -> Self:
        """Return the same family, described otherwise."""

    def magnitude(self, values: Tensors) -> Floats:
        """Return what errors are divided by: Q1 + Q2 = <values, |D| values>, or |a| |values_A|: (count,)."""
