"""What alarms are told of a training at one reading."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn
from torch.optim import Optimizer

from netwright.dynamics.family import Family, Floats


@dataclass(frozen=True)
class GroupSettings:
    """The settings of one parameter group of an optimizer, as they were at a step.

    Args:
        parameters: Names of its parameters in the model.
        lr: Learning rate.
        momentum: Its momentum coefficient, 0 without.
        dampening: Its dampening, 0 without.
        nesterov: Whether it looks ahead.
        weight_decay: Its weight decay.
        maximize: Whether it climbs.
        decoupled: Whether decay multiplies the weights apart from the gradient, as in AdamW.
    """

    parameters: tuple[str, ...]
    lr: float
    momentum: float = 0.0
    dampening: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    maximize: bool = False
    decoupled: bool = False


@dataclass(frozen=True)
class Moment:
    """A training at one reading: right after an optimizer step, the gradients of that step still in place.

    The charges are those after the step; the breaking is that of the step's gradient at the parameters it was computed
    for, which are those before the step: after it <g, v> is off by lr |g|^2.

    Args:
        step: How many optimizer steps there were.
        model: The network.
        optimizer: Its optimizer.
        parameters: All of the model's parameters by name, those without gradient included.
        settings: One entry a parameter group.
        families: What is watched; the tuples below are in this order.
        measured: Charges of each family: (count,).
        predicted: The same from the exact law; nothing where the optimizer has none.
        breaking: |<g, v>| / (|g| |v|) of each charge at this step's gradient: (count,).
        magnitudes: What each charge's error is divided by: (count,).
        schedule: The learning rate scheduler, where it is known.
        rounding: Unit roundoff of the coarsest arithmetic between the weights and the gradient: 2^-24 in float32, 2^-9
            under bfloat16 autocast; nothing where it is not known, and then bfloat16 is allowed for.
    """

    step: int
    model: nn.Module
    optimizer: Optimizer
    parameters: Mapping[str, nn.Parameter]
    settings: tuple[GroupSettings, ...]
    families: tuple[Family, ...] = ()
    measured: tuple[Floats, ...] = ()
    predicted: tuple[Floats | None, ...] = ()
    breaking: tuple[Floats, ...] = ()
    magnitudes: tuple[Floats, ...] = ()
    schedule: object | None = None
    rounding: float | None = None

    @property
    def stepped(self) -> frozenset[str]:
        """Names of all parameters that are in some group."""
        return frozenset(name for group in self.settings for name in group.parameters)
