"""A normalisation at one point with its scale held: linear, so that each part of its input has its own output."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from netwright.records.errors import ModelError

AGREES = 0.02
"""Largest difference from the module's own output, absolute and relative: what bfloat16 leaves."""


@dataclass(frozen=True, eq=False)
class HeldNorm:
    """LN(x) = gain * (x - mean(x)) + shift, with gain = gamma / sigma as it was for the x that was seen.

    With sigma held this is linear in x up to the shift: LN(sum of p) = sum of gain * (p - mean(p)) + shift, exactly.
    A root-mean-square normalisation takes no mean off and has no shift.

    Args:
        gain: (N, d), gamma / sigma of each input.
        shift: (d,), beta.
        centred: Whether the mean is taken off.
    """

    gain: Tensor
    shift: Tensor
    centred: bool

    def carry(self, part: Tensor) -> Tensor:
        """Return what becomes of a part of the input, (N, d); the shift is no part's."""
        return self.gain * (part - part.mean(-1, keepdim=True) if self.centred else part)

    def pull(self, reader: Tensor) -> Tensor:
        """Return u with <u, p> = <reader, carry(p)> for every part p: the transpose of `carry`, (N, d)."""
        weighted = self.gain * reader
        return weighted - weighted.mean(-1, keepdim=True) if self.centred else weighted


def held_norm(path: str, module: nn.Module, entered: Tensor) -> HeldNorm:
    """Return a normalisation as it acted on given inputs.

    Args:
        path: Its path, for messages.
        module: A LayerNorm or a root-mean-square one, whatever its class: what it makes of the inputs is compared.
        entered: float64 (N, d), what it was given.

    Returns:
        The linear map, in float64.

    Raises:
        ModelError: What the module makes of the inputs is neither.

    >>> x = torch.randn(2, 4, dtype=torch.float64)
    >>> norm = nn.LayerNorm(4).double()
    >>> held = held_norm("norm", norm, x)
    >>> bool(torch.allclose(held.carry(x / 3) + held.carry(2 * x / 3) + held.shift, norm(x)))
    True
    """
    weight = getattr(module, "weight", None)
    stored = weight if isinstance(weight, Tensor) else entered
    size, centred = entered.shape[-1], isinstance(module, nn.LayerNorm)
    spread = entered - entered.mean(-1, keepdim=True) if centred else entered
    scale = (spread.square().mean(-1, keepdim=True) + _epsilon(module, stored)).rsqrt()
    held = HeldNorm(_vector(weight, 1.0, size) * scale, _vector(getattr(module, "bias", None), 0.0, size), centred)
    with torch.no_grad():
        made = module(entered.to(stored)).to(entered)
    if not torch.allclose(made, held.carry(entered) + held.shift, rtol=AGREES, atol=AGREES):
        raise ModelError(
            f"{path} ({type(module).__name__}) does not act as a LayerNorm or RMSNorm with its weight, so that what "
            "parts deliver through it cannot be told"
        )
    return held


def _epsilon(module: nn.Module, stored: Tensor) -> float:
    for name in ("eps", "variance_epsilon"):
        value = getattr(module, name, None)
        if isinstance(value, float):
            return value
    return torch.finfo(stored.dtype).eps


def _vector(stored: object, default: float, size: int) -> Tensor:
    if isinstance(stored, Tensor):
        return stored.detach().to("cpu", torch.float64)
    return torch.full((size,), default, dtype=torch.float64)
