"""By how much the epsilon of a normalisation breaks the scale symmetry of the layer before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from netwright.dynamics.family import Floats
from netwright.dynamics.landscape import Landscape


@dataclass(frozen=True, eq=False)
class Defect:
    """The defect of one normalisation that follows a layer.

    Args:
        producer: Path of the layer before it; nothing where no module's output enters it unchanged.
        place: Path of the normalisation.
        products: <g, W> of each channel, group or whole layer: (charges,).
        share: eps / (sigma^2 + eps), the root mean square over its statistics, each with its |dL/dy^|^2.
    """

    producer: str | None
    place: str
    products: Floats
    share: float


def normalisation_defects(landscape: Landscape, values: Mapping[str, Tensor]) -> tuple[Defect, ...]:
    """Return the defects of all normalisation modules of a network, from one forward and one backward.

    With y^ = (x - mean) / sqrt(sigma^2 + eps), x -> (1 + s) x changes y^ by s eps / (sigma^2 + eps) y^. So a layer
    whose output is x has, instead of <g, W> = 0,

        <g, W> = sum over statistics of eps / (sigma^2 + eps) <dL/dy^, y^>,

    for batch normalisation <g_c, W_c> = eps / (sigma_c^2 + eps) gamma_c dL/dgamma_c. sigma^2 is the biased variance of
    the batch, of RMSNorm the mean square. Layers that normalise with running statistics have no scale symmetry and are
    left out.

    Args:
        landscape: The network, its example and loss.
        values: Its parameters.

    Returns:
        One entry a normalisation, in the order in which they ran.

    >>> _ = torch.manual_seed(0)
    >>> model = nn.Sequential(nn.Linear(3, 2, bias=False), nn.BatchNorm1d(2, eps=0.1)).double()
    >>> landscape = Landscape(model, torch.randn(8, 3).double(), lambda output: output.sigmoid().sum())
    >>> gradient = landscape.gradient(landscape.here())["0.weight"]
    >>> defect = normalisation_defects(landscape, landscape.here())[0]
    >>> error = (gradient * model[0].weight).sum(1).detach() - torch.from_numpy(defect.products)
    >>> error.abs().max().item() < 1e-12, defect.producer
    (True, '0')
    """
    recorder = _Recorder({module: name for name, module in landscape.model.named_modules()})
    leaves = [module for module in recorder.names if not any(True for _ in module.children())]
    hooks = [module.register_forward_hook(recorder.note) for module in leaves]
    try:
        loss = landscape.value({name: value.detach().requires_grad_(True) for name, value in values.items()})
    finally:
        for hook in hooks:
            hook.remove()
    passes = [one for one in recorder.passes if one.output.requires_grad]
    if not passes or not loss.requires_grad:
        return ()
    slopes = torch.autograd.grad(loss, [one.output for one in passes], allow_unused=True)
    return tuple(_defect(one, slope.double()) for one, slope in zip(passes, slopes, strict=True) if slope is not None)


@dataclass(frozen=True, eq=False)
class _Pass:
    """One run of a normalisation: what entered, what left, and its weight at that time."""

    producer: str | None
    place: str
    module: nn.Module
    weight: Tensor | None
    x: Tensor
    output: Tensor


class _Recorder:
    """A forward hook that writes down the runs of normalisations and which module made what."""

    def __init__(self, names: Mapping[nn.Module, str]) -> None:
        self.names = names
        self.passes: list[_Pass] = []
        self._made: dict[int, tuple[str, Tensor]] = {}

    def note(self, module: nn.Module, inputs: tuple[Any, ...], output: Any) -> Tensor | None:
        if not isinstance(output, Tensor) or not output.is_floating_point():
            return None
        if not (_normalises(module) and inputs and isinstance(inputs[0], Tensor)):
            # the tensor is kept too, lest another one gets its id
            self._made[id(output)] = (self.names[module], output)
            return None
        weight = module.weight.detach() if isinstance(module.weight, Tensor) else None
        producer = self._made[id(inputs[0])][0] if id(inputs[0]) in self._made else None
        self.passes.append(_Pass(producer, self.names[module], module, weight, inputs[0].detach(), output))
        # a copy goes on, for an activation may work in place
        return output.clone()


def _normalises(module: nn.Module) -> bool:
    if isinstance(module, _BatchNorm):
        return module.training or module.running_var is None
    return isinstance(module, nn.LayerNorm | nn.GroupNorm | nn.RMSNorm)


def _defect(one: _Pass, slope: Tensor) -> Defect:
    """Return the defect of one run from the derivative of the loss by its output."""
    module, x = one.module, one.x.double()
    epsilon = _epsilon(one)
    rows, inside = _statistics(module, x)
    mean = 0.0 if isinstance(module, nn.RMSNorm) else rows.mean(inside, keepdim=True)
    variance = (rows - mean).square().mean(inside, keepdim=True)
    share = epsilon / (variance + epsilon)
    normal = (rows - mean) / (variance + epsilon).sqrt()
    inward = (slope * _scale(one)).reshape(rows.shape)
    products = (share * normal * inward).sum(inside)
    weights = inward.square().sum(inside, keepdim=True)
    typical = ((share.square() * weights).sum() / weights.sum().clamp_min(1e-300)).sqrt()
    if isinstance(module, nn.LayerNorm | nn.RMSNorm):
        products = products.sum().reshape(1)
    if isinstance(module, nn.GroupNorm):
        products = products.sum(0)
    return Defect(one.producer, one.place, products.cpu().numpy(), float(typical))


def _statistics(module: nn.Module, x: Tensor) -> tuple[Tensor, tuple[int, ...]]:
    """Return the input in a shape, and the dimensions of it that one statistic runs over."""
    if isinstance(module, _BatchNorm):
        return x, (0, *range(2, x.dim()))
    if isinstance(module, nn.GroupNorm):
        return x.reshape(x.shape[0], module.num_groups, -1), (2,)
    assert isinstance(module, nn.LayerNorm | nn.RMSNorm)
    return x.reshape(-1, prod(module.normalized_shape)), (1,)


def _scale(one: _Pass) -> Tensor | float:
    """Return gamma in a shape that multiplies the input."""
    if one.weight is None:
        return 1.0
    wide = one.weight.double()
    return wide if isinstance(one.module, nn.LayerNorm | nn.RMSNorm) else wide.reshape(1, -1, *[1] * (one.x.dim() - 2))


def _epsilon(one: _Pass) -> float:
    """Return the layer's epsilon; RMSNorm without one takes the spacing of the numbers at 1."""
    epsilon = getattr(one.module, "eps", None)
    return torch.finfo(one.x.dtype).eps if epsilon is None else float(epsilon)
