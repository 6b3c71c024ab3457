"""The shear of a batch normalisation in evaluation mode: a bias moves and the shift after it takes it back."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.dynamics.family import Floats, Tensors
from netwright.records.symmetry import Symmetry


@dataclass(frozen=True, eq=False)
class Shear:
    """Generators (b_c, beta_c) -> (b_c + s, beta_c - s gamma_c / sigma_c) of a layer with fixed statistics.

    y = gamma (W x + b - mu) / sigma + beta does not change. As v depends on gamma by B, which is not symmetric, there
    is no charge: the shear only constrains, <g, v> = g_b - gamma g_beta / sigma = 0 and H v + B^T g = 0.

    Args:
        symmetry: What it is; it does not conserve.
        bias: Name of b, the bias before the normalisation.
        shift: Name of beta.
        scale: Name of gamma; nothing where the layer has none, which is gamma = 1 and makes the shear a translation.
        deviations: sigma_c, the root of running variance plus epsilon: (channels,).

    >>> import numpy as np
    >>> symmetry = Symmetry(kind="shear", place="fc to bn", parameters=("b", "beta"), count=2, conserves=False)
    >>> shear = Shear(symmetry, "b", "beta", "gamma", np.array([1.0, 2.0]))
    >>> values = {"b": torch.zeros(2), "beta": torch.zeros(2), "gamma": torch.tensor([3.0, 4.0])}
    >>> {name: part.tolist() for name, part in shear.field(np.array([1.0, 1.0]), values).items()}
    {'b': [1.0, 1.0], 'beta': [-3.0, -2.0]}
    """

    symmetry: Symmetry
    bias: str
    shift: str
    scale: str | None
    deviations: Floats

    def field(self, combination: Floats, values: Tensors) -> dict[str, Tensor]:
        """Return v for one weight a channel: (channels,)."""
        weight = torch.as_tensor(combination, dtype=values[self.bias].dtype, device=values[self.bias].device)
        return {self.bias: weight, self.shift: -weight * self._ratio(values)}

    def transposed(self, combination: Floats, covector: Tensors) -> dict[str, Tensor]:
        """Return B^T g: only gamma is read by v, so only its place is filled."""
        if self.scale is None:
            return {}
        push = covector[self.shift]
        weight = torch.as_tensor(combination / self.deviations, dtype=push.dtype, device=push.device)
        return {self.scale: -weight * push}

    def moved(self, combination: Floats, values: Tensors) -> dict[str, Tensor]:
        """Return the parameters after the finite shear."""
        step = self.field(combination, values)
        return {**values, **{name: values[name] + part for name, part in step.items()}}

    def pulled_back(self, combination: Floats, covector: Tensors) -> dict[str, Tensor]:
        """Return J^T g for the Jacobian J = 1 + B of the finite shear."""
        parts = self.transposed(combination, covector)
        return {**covector, **{name: covector[name] + part for name, part in parts.items()}}

    def pushed(self, combination: Floats, vector: Tensors) -> dict[str, Tensor]:
        """Return J u."""
        if self.scale is None:
            return dict(vector)
        push = vector[self.scale]
        weight = torch.as_tensor(combination / self.deviations, dtype=push.dtype, device=push.device)
        return {**vector, self.shift: vector[self.shift] - weight * push}

    def residuals(self, gradients: Tensors, values: Tensors) -> Floats:
        """Return |<g, v>| / (|g| |v|) of every channel's generator: (channels,)."""
        ratio = self._ratio(values).detach().double()
        bias, shift = gradients[self.bias].detach().double(), gradients[self.shift].detach().double()
        product = (bias - ratio * shift).abs()
        norms = torch.hypot(bias, shift) * torch.sqrt(1 + ratio.square())
        return torch.where(norms > 0, product / norms.clamp_min(1e-300), torch.zeros_like(product)).cpu().numpy()

    def _ratio(self, values: Tensors) -> Tensor:
        like = values[self.bias]
        inverse = torch.as_tensor(1 / self.deviations, dtype=like.dtype, device=like.device)
        return inverse if self.scale is None else inverse * values[self.scale]
