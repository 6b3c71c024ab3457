"""What a torch optimizer is set to at this step."""

import inspect
from collections.abc import Mapping
from typing import Any

from torch.optim import SGD, AdamW, Optimizer

from netwright.dynamics.alarms.moment import GroupSettings
from netwright.dynamics.laws.settings import StepSettings

SHOWN = ("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize")


def has_law(optimizer: Optimizer) -> bool:
    """Return whether the exact laws hold: torch.optim.SGD with its own step.

    Args:
        optimizer: Any optimizer.

    Returns:
        False of a subclass that steps otherwise.

    >>> import torch
    >>> weights = [torch.nn.Parameter(torch.zeros(1))]
    >>> has_law(SGD(weights, lr=0.1)), has_law(AdamW(weights))
    (True, False)
    """
    return isinstance(optimizer, SGD) and inspect.unwrap(type(optimizer).step) is inspect.unwrap(SGD.step)


def step_settings(optimizer: Optimizer, group: Mapping[str, Any]) -> StepSettings:
    """Return what the laws take of a parameter group at this step.

    Args:
        optimizer: The optimizer.
        group: One of its `param_groups`; numbers may be tensors.

    Returns:
        Of SGD all settings; of others the learning rate, and the decay only where it multiplies the weights apart from
        the gradient.

    >>> import torch
    >>> optimizer = AdamW([torch.nn.Parameter(torch.zeros(1))], lr=torch.tensor(0.5), weight_decay=0.25)
    >>> step_settings(optimizer, optimizer.param_groups[0])
    StepSettings(lr=0.5, momentum=0.0, dampening=0.0, weight_decay=0.25, nesterov=False, maximize=False)
    """
    every = group_settings(optimizer, group, ())
    if not has_law(optimizer):
        return StepSettings(lr=every.lr, weight_decay=every.weight_decay if every.decoupled else 0.0)
    return StepSettings(
        lr=every.lr,
        momentum=every.momentum,
        dampening=every.dampening,
        weight_decay=every.weight_decay,
        nesterov=every.nesterov,
        maximize=every.maximize,
    )


def group_settings(optimizer: Optimizer, group: Mapping[str, Any], names: tuple[str, ...]) -> GroupSettings:
    """Return all settings of a parameter group at this step.

    Args:
        optimizer: The optimizer.
        group: One of its `param_groups`; what it lacks counts as 0 or as not set.
        names: The names of its parameters in the model.

    Returns:
        The settings as plain numbers.

    >>> import torch
    >>> optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1, momentum=0.9)
    >>> group_settings(optimizer, optimizer.param_groups[0], ("w",)).momentum
    0.9
    """
    return GroupSettings(
        parameters=names,
        lr=float(group.get("lr", 0.0)),
        momentum=float(group.get("momentum", 0.0)),
        dampening=float(group.get("dampening", 0.0)),
        nesterov=bool(group.get("nesterov", False)),
        weight_decay=float(group.get("weight_decay", 0.0)),
        maximize=bool(group.get("maximize", False)),
        decoupled=_decouples(optimizer, group),
    )


def describe(optimizer: Optimizer) -> str:
    """Return an optimizer's class and settings in a line, groups apart.

    Args:
        optimizer: The optimizer.

    Returns:
        What is not 0 of the settings that charges depend on.

    >>> import torch
    >>> describe(SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1, momentum=0.9))
    'SGD(lr=0.1, momentum=0.9)'
    """
    groups = []
    for group in optimizer.param_groups:
        known = [(key, float(group[key])) for key in SHOWN if isinstance(group.get(key), float | int) or key == "lr"]
        line = ", ".join(f"{key}={value:g}" for key, value in known if value or key == "lr")
        if line not in groups:
            groups.append(line)
    return f"{type(optimizer).__name__}({'; '.join(groups)})"


def _decouples(optimizer: Optimizer, group: Mapping[str, Any]) -> bool:
    """Return whether decay is decoupled: what the group says, and where it says nothing, whether it is AdamW."""
    said = group.get("decoupled_weight_decay")
    return bool(said) if said is not None else isinstance(optimizer, AdamW)
