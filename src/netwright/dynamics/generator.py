"""Generators of symmetries as tensors: the field v = B theta + c, what it moves to, and its transpose."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from netwright.dynamics.family import Family, Floats, Tensors
from netwright.dynamics.head_family import HeadFamily
from netwright.dynamics.shear import Shear
from netwright.dynamics.slice_family import SliceFamily
from netwright.records.errors import InputError


class Generator(Protocol):
    """One direction of symmetry: v = B theta + c, with the finite transformation psi = exp(v) and its Jacobian J."""

    def field(self, values: Tensors) -> dict[str, Tensor]:
        """Return v at some parameters, by the name of what it moves."""

    def transposed(self, covector: Tensors) -> dict[str, Tensor]:
        """Return B^T g, by name; names that are missing are 0."""

    def moved(self, values: Tensors) -> dict[str, Tensor]:
        """Return psi(theta): all the parameters."""

    def pushed(self, vector: Tensors) -> dict[str, Tensor]:
        """Return J u: all of u."""

    def pulled_back(self, covector: Tensors) -> dict[str, Tensor]:
        """Return J^T g: all of g."""

    def times(self, factor: float) -> "Generator":
        """Return the generator, as many times as long."""


@dataclass(frozen=True)
class SliceGenerator:
    """A combination of the generators of a slice family: v = w theta element by element, or v = w for linear charges.

    Args:
        family: Whose generators are combined.
        combination: One weight a charge: (count,).
    """

    family: SliceFamily
    combination: Floats

    def field(self, values: Tensors) -> dict[str, Tensor]:
        """Return w theta or w, in the precision of theta."""
        weights = self._weights(values)
        return weights if self.family.linear else {name: weight * values[name] for name, weight in weights.items()}

    def transposed(self, covector: Tensors) -> dict[str, Tensor]:
        """Return w g; nothing for linear charges, whose B is 0."""
        return {} if self.family.linear else self.field(covector)

    def moved(self, values: Tensors) -> dict[str, Tensor]:
        """Return exp(w) theta or theta + w."""
        if self.family.linear:
            return {**values, **{name: values[name] + weight for name, weight in self._weights(values).items()}}
        return {**values, **{name: values[name] * weight.exp() for name, weight in self._weights(values).items()}}

    def pushed(self, vector: Tensors) -> dict[str, Tensor]:
        """Return exp(w) u or u."""
        return dict(vector) if self.family.linear else self.moved(vector)

    def pulled_back(self, covector: Tensors) -> dict[str, Tensor]:
        """Return exp(w) g or g: J is diagonal."""
        return self.pushed(covector)

    def times(self, factor: float) -> "SliceGenerator":
        """Return the generator, as many times as long."""
        return SliceGenerator(self.family, factor * self.combination)

    def _weights(self, values: Tensors) -> dict[str, Tensor]:
        slices = np.asarray(self.combination @ self.family.weights)
        ends = np.cumsum([slicing.count for slicing in self.family.slicings])
        weights: dict[str, Tensor] = {}
        for slicing, part in zip(self.family.slicings, np.split(slices, ends[:-1]), strict=True):
            like = values[slicing.parameter]
            kept = torch.as_tensor(part, dtype=like.dtype, device=like.device)
            shape = [length if axis in slicing.keep else 1 for axis, length in enumerate(slicing.view)]
            full = kept.reshape(shape).expand(slicing.view).reshape(like.shape)
            weights[slicing.parameter] = weights[slicing.parameter] + full if slicing.parameter in weights else full
        return weights


@dataclass(frozen=True, eq=False)
class HeadGenerator:
    """One matrix X a head: v = X A on producers, -X^T C^T on consumers (as factors have them), X any square matrix.

    Only symmetric X have charges; all constrain.

    Args:
        family: Whose heads are moved.
        matrices: (heads, width, width), float64, on the CPU.
    """

    family: HeadFamily
    matrices: Tensor

    def field(self, values: Tensors) -> dict[str, Tensor]:
        """Return X A and -X^T C^T, in the precision of theta."""
        zeros = {name: torch.zeros_like(values[name]) for name in self.family.symmetry.parameters}
        return self._applied(zeros, values, self.matrices, -self.matrices.mT)

    def transposed(self, covector: Tensors) -> dict[str, Tensor]:
        """Return X^T G_A and -X G_C^T: the field of X^T."""
        return HeadGenerator(self.family, self.matrices.mT).field(covector)

    def moved(self, values: Tensors) -> dict[str, Tensor]:
        """Return exp(X) A and exp(-X^T) C^T among all the parameters."""
        one = torch.eye(self.family.width, dtype=torch.float64)
        forth = torch.linalg.matrix_exp(self.matrices) - one
        back = torch.linalg.matrix_exp(-self.matrices.mT) - one
        copies = {name: values[name].detach().clone() for name in self.family.symmetry.parameters}
        return {**values, **self._applied(copies, values, forth, back)}

    def pushed(self, vector: Tensors) -> dict[str, Tensor]:
        """Return J u: the transformation is linear."""
        return self.moved(vector)

    def pulled_back(self, covector: Tensors) -> dict[str, Tensor]:
        """Return J^T g: the transformation of X^T."""
        return HeadGenerator(self.family, self.matrices.mT).moved(covector)

    def times(self, factor: float) -> "HeadGenerator":
        """Return the generator, as many times as long."""
        return HeadGenerator(self.family, factor * self.matrices)

    def _applied(self, into: dict[str, Tensor], values: Tensors, forth: Tensor, back: Tensor) -> dict[str, Tensor]:
        """Add to each head's factors what its matrix makes of them."""
        for head, ahead, behind in zip(self.family.heads, forth, back, strict=True):
            for factor in head:
                seen = values[factor.parameter].detach().reshape(factor.view)
                rows = seen.narrow(factor.axis, factor.start, self.family.width).movedim(factor.axis, 0)
                matrix = (ahead if factor.sign > 0 else behind).to(rows)
                part = (matrix @ rows.reshape(self.family.width, -1)).reshape(rows.shape).movedim(0, factor.axis)
                target = into[factor.parameter].view(factor.view)
                target.narrow(factor.axis, factor.start, self.family.width).add_(part)
        return into


@dataclass(frozen=True)
class ShearGenerator:
    """A combination of the generators of a shear.

    Args:
        shear: Whose generators are combined.
        combination: One weight a channel.
    """

    shear: Shear
    combination: Floats

    def field(self, values: Tensors) -> dict[str, Tensor]:
        """Return v."""
        return self.shear.field(self.combination, values)

    def transposed(self, covector: Tensors) -> dict[str, Tensor]:
        """Return B^T g."""
        return self.shear.transposed(self.combination, covector)

    def moved(self, values: Tensors) -> dict[str, Tensor]:
        """Return psi(theta)."""
        return self.shear.moved(self.combination, values)

    def pushed(self, vector: Tensors) -> dict[str, Tensor]:
        """Return J u."""
        return self.shear.pushed(self.combination, vector)

    def pulled_back(self, covector: Tensors) -> dict[str, Tensor]:
        """Return J^T g."""
        return self.shear.pulled_back(self.combination, covector)

    def times(self, factor: float) -> "ShearGenerator":
        """Return the generator, as many times as long."""
        return ShearGenerator(self.shear, factor * self.combination)


def random_generator(family: Family | Shear, draws: np.random.Generator) -> Generator:
    """Return a random combination of a family's generators, which is a generator again.

    Args:
        family: A family or a shear.
        draws: Where the weights come from: standard normal, of heads a matrix that need not be symmetric.

    Returns:
        The generator.

    Raises:
        InputError: The family is of a kind whose fields are not known.
    """
    if isinstance(family, SliceFamily):
        return SliceGenerator(family, draws.standard_normal(family.symmetry.count))
    if isinstance(family, HeadFamily):
        shape = (len(family.heads), family.width, family.width)
        return HeadGenerator(family, torch.from_numpy(draws.standard_normal(shape) / family.width**0.5))
    if isinstance(family, Shear):
        return ShearGenerator(family, draws.standard_normal(len(family.deviations)))
    raise InputError(f"{_unknown(family)}, HeadFamily or Shear")


def field(family: Family, combination: Floats, values: Tensors) -> dict[str, Tensor]:
    """Return v = sum_k combination_k B_k theta (+ c), the field that goes with a family's charges.

    Args:
        family: A family that has charges.
        combination: One weight a charge: (count,).
        values: Parameters by name.

    Returns:
        What v adds to each parameter that it moves; d/ds of theta along the symmetry.

    Raises:
        InputError: The family is of a kind whose fields are not known.

    >>> from scipy import sparse
    >>> from netwright.dynamics.slicing import Slicing
    >>> from netwright.records.symmetry import Symmetry
    >>> symmetry = Symmetry(kind="scale", place="a", parameters=("a",), count=2)
    >>> rows = SliceFamily(symmetry, (Slicing("a", (2, 2), (0,)),), sparse.csr_array(np.eye(2)))
    >>> field(rows, np.array([1.0, -1.0]), {"a": torch.tensor([[1.0, 2.0], [3.0, 4.0]])})["a"].tolist()
    [[1.0, 2.0], [-3.0, -4.0]]
    """
    if isinstance(family, SliceFamily):
        return SliceGenerator(family, combination).field(values)
    if isinstance(family, HeadFamily):
        upper = np.triu_indices(family.width)
        matrices = np.zeros((len(family.heads), family.width, family.width))
        matrices[:, upper[0], upper[1]] = combination.reshape(len(family.heads), -1)
        symmetric = torch.from_numpy((matrices + matrices.transpose(0, 2, 1)) / 2)
        return HeadGenerator(family, symmetric).field(values)
    raise InputError(f"{_unknown(family)} or HeadFamily")


def _unknown(family: Family | Shear) -> str:
    return f"{type(family).__name__} at {family.symmetry.place} has no known field; hand in SliceFamily"
