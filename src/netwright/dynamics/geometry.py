"""The constraints that a network's symmetries put on its gradient and Hessian, as residuals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn

from netwright.dynamics.batchnorm_defect import Defect, normalisation_defects
from netwright.dynamics.family import Family, Floats, Tensors
from netwright.dynamics.generator import Generator, random_generator
from netwright.dynamics.landscape import Landscape, Point
from netwright.dynamics.loss import Loss, softmax_cross_entropy
from netwright.dynamics.shear import Shear
from netwright.dynamics.symmetries import Symmetries
from netwright.records.errors import ModelError
from netwright.records.geometry import Geometry, Residual
from netwright.structure.call import Example

EXACT = {torch.float32: 1e-6, torch.float64: 1e-14}
"""Up to which a gradient constraint of an exact symmetry counts as rounding."""
TWICE = 10.0
"""How many times that is for the Hessian and for gradients at two points: two passes more, and their rounding adds up
to about ten roundings of one pass."""
NEARLY = 1e-3
"""Up to which the defect of a normalisation's epsilon is predicted."""
FINITE, SHORT = 0.5, 0.01
"""How far the finite transformations go: factors of exp(0.5 x), x standard normal. Of inexact symmetries exp(0.01 x):
what epsilon moves is then hardly more than rounding, which may carry activations across the kink of a ReLU as well."""
SHAKEN, HARDER = 3.0, 32.0
"""How many times the change of g or H u, when all parameters are off by 32 roundings, two points may differ by: 32, so
that what rounding does to one transformation in some thirty is seen."""


def check_geometry(
    model: nn.Module,
    example: Example,
    symmetries: Sequence[Family | Shear],
    *,
    loss: Loss | None = None,
    probes: int = 2,
    seed: int = 0,
) -> Geometry:
    """Check the constraints of every symmetry on the gradient g and the Hessian H of a loss.

    A symmetry with generator v = B theta + c and finite transformation psi, J = d psi / d theta, demands on each batch

        <g, v> = 0,   g(theta) = J^T g(psi),   H(theta) = J^T H(psi) J,   H v + B^T g = 0,   v^T H v + <g, B v> = 0.

    For translation, scale and rescale these are the 15 formulae of the source: J is 1, diag(alpha), diag(alpha_1 /
    alpha_2); B is 0, 1 on A, and 1 on A_1, -1 on A_2. The first is checked for every generator from one backward pass,
    the others along random combinations of a family's generators (which are generators again), with products of the
    Hessian only. Residuals are relative: <g, v> to |g| |v| over what the generator moves, H v to |H u| + |B^T g| with
    u = v after random changes of sign: a direction of the same size that is no symmetry.

    Source: Kunin et al. 2021, "Neural Mechanics", the geometric properties of gradient and Hessian.

    Args:
        model: The network, in the mode and precision in which it is to be checked; it stays as it is.
        example: A batch: a tensor, or positional or keyword arguments.
        symmetries: What `find_symmetries` found in this model, shears included; or families and shears of your own.
        loss: From the model's output to a scalar; softmax cross-entropy if not given.
        probes: Random combinations a family.
        seed: Of the combinations and of what the forward draws.

    Returns:
        One residual a family and formula; where epsilon makes a symmetry inexact, with the predicted defect.

    Raises:
        ModelError: The symmetries name a parameter that the model lacks, or the example does not fit it.
    """
    landscape = Landscape(model, example, loss or softmax_cross_entropy, seed)
    here = landscape.here()
    families = (*symmetries, *symmetries.shears) if isinstance(symmetries, Symmetries) else tuple(symmetries)
    _refuse_strangers(model, families, here)
    check = _Check(
        landscape, here, landscape.at(here), normalisation_defects(landscape, here), np.random.default_rng(seed)
    )
    residuals: list[Residual] = []
    for family in families:
        residuals += [*check.gradient_constraints(family), *check.curvature_constraints(family, probes)]
    return Geometry(residuals=tuple(residuals), dtype=str(check.dtype).removeprefix("torch."))


def gradient_residuals(family: Family | Shear, gradients: Tensors, values: Tensors) -> Floats:
    """Return |<g, v>| / (|g| |v|) of all generators of a family, |g| and |v| over what each one moves.

    Args:
        family: A family or a shear.
        gradients: By name; a name that is missing counts as 0.
        values: Parameters by name, those that the gradients were computed at.

    Returns:
        (count,); 0 where a generator's gradient is 0. For a null symmetry, whose gradient is all rounding, |g| is that
        of all gradients handed in.

    >>> from netwright.dynamics.slicing import Slicing
    >>> from netwright.dynamics.slice_family import SliceFamily
    >>> from netwright.records.symmetry import Symmetry
    >>> from scipy import sparse
    >>> symmetry = Symmetry(kind="scale", place="a", parameters=("a",), count=2)
    >>> rows = SliceFamily(symmetry, (Slicing("a", (2, 2), (0,)),), sparse.csr_array(np.eye(2)))
    >>> values = {"a": torch.tensor([[3.0, 4.0], [1.0, 0.0]])}
    >>> gradient_residuals(rows, {"a": torch.tensor([[-4.0, 3.0], [2.0, 0.0]])}, values).tolist()
    [0.0, 1.0]
    """
    if isinstance(family, Shear):
        return family.residuals(gradients, values)
    if family.symmetry.kind == "null":
        one = family.magnitude({name: torch.ones_like(values[name]) for name in family.symmetry.parameters})
        product, norms = family.along(gradients), np.sqrt(one) * _norm(gradients)
    elif family.linear:
        product, norms = family.along(gradients), family.magnitude(gradients)
    else:
        product = family.between(gradients, values)
        norms = np.sqrt(family.magnitude(gradients) * family.magnitude(values))
    return np.divide(np.abs(product), norms, out=np.zeros_like(norms), where=norms > 0)


def _refuse_strangers(model: nn.Module, families: Sequence[Family | Shear], here: Mapping[str, Tensor]) -> None:
    """Refuse families that move what the model does not have."""
    for family in families:
        gone = [name for name in family.symmetry.parameters if name not in here]
        if gone:
            found = f"the symmetry at {family.symmetry.place} moves {gone[0]}, which {type(model).__name__} lacks"
            raise ModelError(f"{found}; find the symmetries of this very model")


@dataclass(frozen=True, eq=False)
class _Check:
    """One network at its own parameters, with what all families share."""

    landscape: Landscape
    here: Mapping[str, Tensor]
    point: Point
    defects: tuple[Defect, ...]
    draws: np.random.Generator
    shakes: dict[float, tuple[dict[str, Tensor], dict[str, Tensor]]] = field(default_factory=dict)

    @cached_property
    def gradient(self) -> dict[str, Tensor]:
        """The gradient at the model's own parameters."""
        return self.point.gradient

    @cached_property
    def anywhere(self) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """A random direction u, as large as the parameters in each of them, and H u."""
        direction = {name: value.square().mean().sqrt() * self._normal(value) for name, value in self.here.items()}
        return direction, self.point.curvature(direction)

    @property
    def dtype(self) -> torch.dtype:
        """The coarsest precision of the parameters."""
        dtypes = {value.dtype for value in self.here.values()}
        return max(dtypes, key=lambda dtype: torch.finfo(dtype).eps, default=torch.float32)

    @property
    def rounding(self) -> float:
        """Tolerance of a gradient constraint in this precision."""
        return EXACT.get(self.dtype, 16 * float(torch.finfo(self.dtype).eps))

    def gradient_constraints(self, family: Family | Shear) -> Iterator[Residual]:
        """Yield <g, v> = 0 for all generators, and its defect where there is one."""
        values = gradient_residuals(family, self.gradient, self.here)
        largest = float(values.max(initial=0.0))
        if family.symmetry.exact or isinstance(family, Shear):
            yield _residual(family, "<g, v> = 0", values.size, largest, self.rounding)
            return
        defect = self._defect(family)
        if defect is None:
            yield _residual(family, "<g, v> = 0", values.size, largest, self._epsilon(family))
            return
        norms = np.sqrt(family.magnitude(self.gradient) * family.magnitude(self.here))
        inverse = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
        predicted = float((np.abs(defect.products) * inverse).max(initial=0.0))
        within = (1 + NEARLY) * predicted + self.rounding
        yield _residual(family, "<g, v> = 0", values.size, largest, within).model_copy(update={"predicted": predicted})
        off = np.abs(family.between(self.gradient, self.here) - defect.products) * inverse
        yield _residual(
            family, "<g, v> = epsilon defect", values.size, float(off.max()), NEARLY * predicted + self.rounding
        )

    def curvature_constraints(self, family: Family | Shear, probes: int) -> list[Residual]:
        """Return the other four formulae along random combinations, each at its worst next to its tolerance."""
        worst: dict[str, tuple[float, float]] = {}
        for _ in range(probes):
            for formula, found in self._probe(family, random_generator(family, self.draws)).items():
                worst[formula] = max(worst.get(formula, found), found, key=lambda pair: pair[0] / pair[1])
        return [_residual(family, formula, probes, *found) for formula, found in worst.items()]

    def _probe(self, family: Family | Shear, generator: Generator) -> dict[str, tuple[float, float]]:
        """Return residual and tolerance of each formula along one generator."""
        finite = generator.times(FINITE if family.symmetry.exact else SHORT)
        speed, turned = generator.field(self.here), generator.transposed(self.gradient)
        control = {name: part * self._signs(part) for name, part in speed.items()}
        anywhere, at_random = self.anywhere
        along, beside = self.point.curvature(speed), self.point.curvature(control)
        there = self.landscape.at(finite.moved(self.here))
        moved_random = finite.pulled_back(there.curvature(finite.pushed(anywhere)))
        moved_gradient = finite.pulled_back(there.gradient)
        # a null parameter has neither gradient nor curvature of its own to compare with
        seen = None if family.symmetry.kind == "null" else set(speed)
        if seen is None:
            beside = {name: part * (_norm(speed) / _norm(anywhere)) for name, part in at_random.items()}
        size, slope, bend = _norm(beside) + _norm(turned), _norm(self.gradient, seen), _norm(at_random, seen)
        second = _inner(along, speed) + _inner(turned, speed)
        epsilon = 0.0 if family.symmetry.exact else self._epsilon(family)
        tolerance = TWICE * self.rounding + 10 * epsilon
        kinked_slope, kinked_bend = self._shaken(SHORT * epsilon)
        return {
            "g(theta) = J^T g(psi)": (
                _ratio(_apart(moved_gradient, self.gradient, speed), slope),
                tolerance + SHAKEN * _ratio(_norm(kinked_slope, set(speed)), slope),
            ),
            "H(theta) = J^T H(psi) J": (
                _ratio(_apart(moved_random, at_random, speed), bend),
                tolerance + SHAKEN * _ratio(_norm(kinked_bend, set(speed)), bend),
            ),
            "H v + B^T g = 0": (_ratio(_norm(_sum(along, turned)), size), tolerance),
            "v^T H v + <g, B v> = 0": (_ratio(abs(second), size * _norm(speed)), tolerance),
        }

    def _shaken(self, relative: float) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Return how g and H u change when each parameter is off by some roundings.

        Args:
            relative: What counts as one, if that is more than the precision's; the next power of two above it is taken.
        """
        size = HARDER * max(float(torch.finfo(self.dtype).eps), relative)
        size = float(2.0 ** np.ceil(np.log2(size)))
        if size not in self.shakes:
            near = {name: value * (1 + size * self._signs(value)) for name, value in self.here.items()}
            point = self.landscape.at(near)
            direction, at_random = self.anywhere
            slope, bend = point.gradient, point.curvature(direction)
            self.shakes[size] = (
                {name: part - self.gradient[name] for name, part in slope.items()},
                {name: part - at_random[name] for name, part in bend.items()},
            )
        return self.shakes[size]

    def _defect(self, family: Family) -> Defect | None:
        """Return the defect of the one normalisation behind the one layer that a scale family moves."""
        layers = {name.rpartition(".")[0] for name in family.symmetry.parameters}
        behind = [d for d in self.defects if {d.producer} == layers and d.products.size == family.symmetry.count]
        return behind[0] if len(behind) == 1 and family.symmetry.kind == "scale" else None

    def _epsilon(self, family: Family | Shear) -> float:
        """Return eps / (sigma^2 + eps) of the normalisation behind a family; where that is not known, the largest."""
        known = self._defect(family) if not isinstance(family, Shear) else None
        return known.share if known else max([*(defect.share for defect in self.defects), family.symmetry.residual])

    def _signs(self, like: Tensor) -> Tensor:
        return torch.from_numpy(self.draws.choice([-1.0, 1.0], tuple(like.shape))).to(like)

    def _normal(self, like: Tensor) -> Tensor:
        return torch.from_numpy(self.draws.standard_normal(tuple(like.shape))).to(like)


def _residual(family: Family | Shear, formula: str, generators: int, value: float, tolerance: float) -> Residual:
    symmetry = family.symmetry
    return Residual(
        kind=symmetry.kind,
        place=symmetry.place,
        formula=formula,
        generators=generators,
        value=value,
        tolerance=tolerance,
    )


def _ratio(value: float, size: float) -> float:
    return value / size if size > 0 else 0.0


def _inner(left: Tensors, right: Tensors) -> float:
    return sum(float((left[name].double() * right[name].double()).sum()) for name in left if name in right)


def _norm(values: Tensors, names: set[str] | None = None) -> float:
    kept = (value for name, value in values.items() if names is None or name in names)
    return float(sum(float(value.double().square().sum()) for value in kept) ** 0.5)


def _apart(left: Tensors, right: Tensors, names: Tensors) -> float:
    """Return |left - right| over what a generator moves."""
    return _norm({name: left[name].double() - right[name].double() for name in names})


def _sum(left: Tensors, right: Tensors) -> dict[str, Tensor]:
    return {name: part + right[name] if name in right else part for name, part in left.items()}
