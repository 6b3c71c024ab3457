"""Numbers have the last word: proposed symmetries that a gradient contradicts are dropped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from netwright.dynamics.family import Family, Floats
from netwright.dynamics.loss import Loss
from netwright.dynamics.shear import Shear
from netwright.dynamics.slice_family import SliceFamily
from netwright.records.errors import ModelError
from netwright.records.symmetry import Absence, Symmetry
from netwright.structure.call import Example, call

TOLERANCE = 1e-5
"""Residual up to which a constraint counts as met: float64 leaves 1e-12, models that compute parts in float32 1e-6."""

GROWTH = 1e3
"""Factor by which weights before a normalisation grow, so that its epsilon shrinks by the square of it."""


@dataclass(frozen=True)
class Point:
    """One place of parameter space with its gradient.

    Args:
        parameters: By name.
        gradient: By name; parameters that the loss does not reach are missing.
    """

    parameters: Mapping[str, Tensor]
    gradient: Mapping[str, Tensor]

    @cached_property
    def typical(self) -> float:
        """Root mean square of the gradient over all parameters that it reaches."""
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
    own = gradient_at(model, example, loss, widened(model))
    random = gradient_at(model, example, loss, shaken(model, seed))
    grown = random
    if any(not family.symmetry.exact for family in families):
        grown = gradient_at(model, example, loss, enlarged(random.parameters, families))
    kept, absent = [], []
    for family in families:
        point = random if family.symmetry.exact else grown
        off = residual(family, point)
        if np.isfinite(off).all() and off.max(initial=0.0) <= TOLERANCE:
            here = float(residual(family, own).max(initial=0.0))
            kept.append(family.named(family.symmetry.model_copy(update={"residual": here})))
        else:
            absent.append(_refuted(family.symmetry, off))
    held = []
    for shear in shears:
        off = shear.residuals(random.gradient, random.parameters)
        if off.max(initial=0.0) <= TOLERANCE:
            here = float(shear.residuals(own.gradient, own.parameters).max(initial=0.0))
            held.append(replace(shear, symmetry=shear.symmetry.model_copy(update={"residual": here})))
        else:
            absent.append(_refuted(shear.symmetry, off))
    return Verdict(tuple(kept), tuple(held), tuple(absent))


def residual(family: Family, point: Point) -> Floats:
    """Return |<g, v>| / (|g| |v|) of every charge, over the part that it moves.

    Of a null symmetry, whose whole part has no gradient, |g| is that of a typical parameter of the model.
    """
    if family.symmetry.kind == "null":
        value, size = family.along(point.gradient), np.array(point.typical)
    elif family.linear:
        value, size = family.along(point.gradient), family.magnitude(point.gradient)
    else:
        value = family.between(point.gradient, point.parameters)
        size = np.sqrt(family.magnitude(point.gradient) * family.magnitude(point.parameters))
    return np.asarray(np.abs(value) / np.maximum(size, np.finfo(np.float64).tiny))


def gradient_at(model: nn.Module, example: Example, loss: Loss, parameters: dict[str, Tensor]) -> Point:
    """Return the gradient of a loss at given parameters, the model itself untouched.

    Args:
        model: Any module.
        example: A batch; its floating-point tensors take the precision of the parameters.
        loss: From the model's output to a number.
        parameters: By name.

    Returns:
        Parameters and gradient.

    Raises:
        ModelError: The loss does not depend on the parameters, or is not one number.
    """
    leaves = {name: tensor.detach().requires_grad_() for name, tensor in parameters.items()}
    dtype = next((t.dtype for t in leaves.values() if t.is_floating_point()), torch.float32)
    cast = _caster(dtype)
    buffers = {name: cast(buffer.detach().clone()) for name, buffer in model.named_buffers()}
    batch = tree_map(lambda leaf: cast(leaf) if isinstance(leaf, Tensor) else leaf, example)
    shell = _Call(model)
    with torch.random.fork_rng(), torch.enable_grad():
        inside = {f"model.{name}": tensor for name, tensor in {**leaves, **buffers}.items()}
        value = loss(torch.func.functional_call(shell, inside, (batch,), tie_weights=True))
        if value.dim() or not value.requires_grad:
            message = f"the loss must be one number that depends on the parameters; found shape {tuple(value.shape)}"
            raise ModelError(message)
        found = torch.autograd.grad(value, list(leaves.values()), allow_unused=True)
    gradient = {name: g for name, g in zip(leaves, found, strict=True) if g is not None}
    return Point({name: leaf.detach() for name, leaf in leaves.items()}, gradient)


def widened(model: nn.Module) -> dict[str, Tensor]:
    """Return the model's parameters in float64."""
    return {name: weight.detach().double() for name, weight in model.named_parameters()}


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
        size = float(weight.detach().float().square().mean().sqrt().clamp(min=0.1)) / 3
        noise = torch.randn(weight.shape, generator=generator).to(weight.device)
        moved[name] = weight.detach().double().add_(noise, alpha=size)
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


class _Call(nn.Module):
    """A model whose forward takes a whole example."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, example: Example) -> Any:
        return call(self.model, example)


def _caster(dtype: torch.dtype) -> Callable[[Tensor], Tensor]:
    return lambda tensor: tensor.to(dtype) if tensor.is_floating_point() else tensor


def _refuted(symmetry: Symmetry, off: Floats) -> Absence:
    worst = float(np.nanmax(off)) if np.isfinite(off).any() else float("nan")
    reason = f"the graph suggests {symmetry.count}, the gradient refutes them (residual {worst:.1e})"
    return Absence(kind=symmetry.kind, place=symmetry.place, reason=reason)
