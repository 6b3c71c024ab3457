"""Numbers have the last word: proposed symmetries that a gradient contradicts are dropped."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from netwright.dynamics.family import Family, Floats
from netwright.dynamics.landscape import Landscape
from netwright.dynamics.loss import Loss
from netwright.dynamics.shear import Shear
from netwright.dynamics.slice_family import SliceFamily
from netwright.records.errors import ModelError
from netwright.records.symmetry import Absence, Symmetry
from netwright.structure.call import Example, plain

TOLERANCE = 1e-5
"""Residual up to which a constraint counts as met: float64 leaves 1e-12, models that compute parts in float32 1e-6."""

GROWTH = 1e3
"""Factor by which weights before a normalisation grow, so that its epsilon shrinks by the square of it."""


@dataclass(frozen=True)
class Place:
    """One place of parameter space with the gradient there.

    Args:
        parameters: By name.
        gradient: By name.
    """

    parameters: Mapping[str, Tensor]
    gradient: Mapping[str, Tensor]

    @cached_property
    def typical(self) -> float:
        """Root mean square of the gradient over all parameters."""
        count = sum(tensor.numel() for tensor in self.gradient.values())
        return float(np.sqrt(sum(float(t.flatten() @ t.flatten()) for t in self.gradient.values()) / max(1, count)))


@dataclass(frozen=True)
class Verdict:
    """What numbers say of proposals.

    Args:
        families: Those that hold, with their residual at the model's own parameters.
        shears: Likewise.
        absent: Those that do not.
    """

    families: tuple[Family, ...]
    shears: tuple[Shear, ...]
    absent: tuple[Absence, ...]


def confirm(
    model: nn.Module,
    example: Example,
    loss: Loss,
    families: tuple[Family, ...],
    shears: tuple[Shear, ...] = (),
    seed: int = 0,
) -> Verdict:
    """Check the gradient constraint <g, v> = 0 of every charge at random parameters, in float64.

    A symmetry up to an epsilon is checked where the weights before normalisations are a thousand times as large: there
    the epsilon is a million times smaller, and what else breaks a symmetry is not.

    Args:
        model: Stays as it is.
        example: A batch.
        loss: From the model's output to a number.
        families: Proposed.
        shears: Proposed.
        seed: Of the random parameters.

    Returns:
        The families that hold and those that do not.
    """
    landscape = Landscape(model, as_double(example), loss)
    own, random = (place(landscape, parameters) for parameters in (widened(model), shaken(model, seed)))
    grown = random
    if any(not family.symmetry.exact for family in families):
        grown = place(landscape, enlarged(random.parameters, families))
    kept, absent = [], []
    for family in families:
        off = residual(family, random if family.symmetry.exact else grown)
        if np.isfinite(off).all() and off.max(initial=0.0) <= TOLERANCE:
            left = float(residual(family, own).max(initial=0.0))
            kept.append(family.named(family.symmetry.model_copy(update={"residual": left})))
        else:
            absent.append(_refuted(family.symmetry, off))
    held = []
    for shear in shears:
        off = shear.residuals(random.gradient, random.parameters)
        if off.max(initial=0.0) <= TOLERANCE:
            left = float(shear.residuals(own.gradient, own.parameters).max(initial=0.0))
            held.append(replace(shear, symmetry=shear.symmetry.model_copy(update={"residual": left})))
        else:
            absent.append(_refuted(shear.symmetry, off))
    return Verdict(tuple(kept), tuple(held), tuple(absent))


def residual(family: Family, here: Place) -> Floats:
    """Return |<g, v>| / (|g| |v|) of every charge, over the part that it moves.

    Of a null symmetry, whose whole part has no gradient, |g| is that of a typical parameter of the model.
    """
    if family.symmetry.kind == "null":
        value, size = family.along(here.gradient), np.array(here.typical)
    elif family.linear:
        value, size = family.along(here.gradient), family.magnitude(here.gradient)
    else:
        value = family.between(here.gradient, here.parameters)
        size = np.sqrt(family.magnitude(here.gradient) * family.magnitude(here.parameters))
    return np.asarray(np.abs(value) / np.maximum(size, np.finfo(np.float64).tiny))


def place(landscape: Landscape, parameters: Mapping[str, Tensor]) -> Place:
    """Return a place of parameter space with the gradient of a loss there.

    Args:
        landscape: The loss.
        parameters: By name.

    Returns:
        Both.

    Raises:
        ModelError: The loss depends on no parameter.
    """
    gradient = landscape.gradient(parameters)
    if not any(bool(part.any()) for part in gradient.values()):
        raise ModelError("the loss depends on no parameter of the model; hand in loss=, a function of its output")
    return Place(parameters, gradient)


def widened(model: nn.Module) -> dict[str, Tensor]:
    """Return the model's parameters in float64."""
    return {name: weight.detach().to(torch.float64, copy=True) for name, weight in model.named_parameters()}


def shaken(model: nn.Module, seed: int) -> dict[str, Tensor]:
    """Return the model's parameters in float64, each moved at random by a third of its typical size.

    Args:
        model: Any module.
        seed: Of the moves.

    Returns:
        Parameters by name; none is at a special place such as 0 or 1.
    """
    generator = torch.Generator().manual_seed(seed)
    moved = {}
    for name, weight in model.named_parameters():
        # of a weight that is 0, what keeps its output about as large as its input
        least = 0.1 if weight.dim() < 2 else 0.1 / max(1.0, weight[0].numel()) ** 0.5
        size = max(float(weight.detach().float().square().mean().sqrt()), least) / 3
        noise = torch.randn(weight.shape, generator=generator).to(weight.device)
        moved[name] = weight.detach().to(torch.float64, copy=True).add_(noise, alpha=size)
    return moved


def enlarged(parameters: Mapping[str, Tensor], families: tuple[Family, ...]) -> dict[str, Tensor]:
    """Return parameters moved along all symmetries that hold up to an epsilon, so that the epsilon fades.

    Args:
        parameters: By name.
        families: All proposed.

    Returns:
        Parameters by name.
    """
    moved = dict(parameters)
    for family in families:
        if isinstance(family, SliceFamily) and not family.symmetry.exact and not family.linear:
            total, at = np.asarray(family.weights.sum(0)).reshape(-1), 0
            for slicing in family.slicings:
                factor = torch.from_numpy(GROWTH ** total[at : at + slicing.count])
                at += slicing.count
                sides = [side if axis in slicing.keep else 1 for axis, side in enumerate(slicing.view)]
                old = moved[slicing.parameter]
                wide = old.reshape(slicing.view) * factor.reshape(sides).to(old.device)
                moved[slicing.parameter] = wide.reshape(old.shape)
    return moved


def as_double(example: Example) -> Example:
    """Return an example with its floating-point tensors in float64."""
    wide: Example = tree_map(
        lambda leaf: leaf.double() if isinstance(leaf, Tensor) and leaf.is_floating_point() else leaf, plain(example)
    )
    return wide


def _refuted(symmetry: Symmetry, off: Floats) -> Absence:
    worst = float(np.nanmax(off)) if np.isfinite(off).any() else float("nan")
    reason = f"the graph suggests {symmetry.count}, the gradient refutes them (residual {worst:.1e})"
    return Absence(kind=symmetry.kind, place=symmetry.place, reason=reason)
