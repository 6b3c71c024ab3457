"""The parts that an optimizer makes of a network's parameters: those that a step treats alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn
from torch.optim import Optimizer

from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.settings import has_law, step_settings

AT_REST = StepSettings(lr=0.0)


@dataclass(frozen=True)
class Part:
    """Parameters that one step treats alike.

    Args:
        names: Their names in the model.
        settings: The step's settings; a learning rate of 0 where they do not move.
        moves: Whether the optimizer moves them: they are in one of its groups and have a gradient.
        first: Whether their momentum buffers are made in this step.
    """

    names: frozenset[str]
    settings: StepSettings
    moves: bool
    first: bool


def part_parameters(parameters: Mapping[str, nn.Parameter], optimizer: Optimizer) -> tuple[Part, ...]:
    """Return the parts of some parameters at this step, its gradients being ready.

    Parameters that are frozen, without gradient or in no group rest. Groups of the same settings are one part.

    Args:
        parameters: By name.
        optimizer: Before its step.

    Returns:
        Disjoint parts that hold all the parameters, in the order in which they appear; at least one.

    >>> import torch
    >>> layer = nn.Linear(2, 1)
    >>> layer(torch.ones(1, 2)).sum().backward()
    >>> part_parameters(dict(layer.named_parameters()), torch.optim.SGD([layer.weight], lr=0.1))[1].names
    frozenset({'bias'})
    """
    law = has_law(optimizer)
    settings = {}
    for group in optimizer.param_groups:
        read = step_settings(optimizer, group)
        settings.update({id(parameter): read for parameter in group["params"]})
    members: dict[tuple[StepSettings, bool, bool], list[str]] = {}
    for name, parameter in parameters.items():
        own = settings.get(id(parameter))
        moves = own is not None and parameter.grad is not None
        first = law and moves and optimizer.state.get(parameter, {}).get("momentum_buffer") is None
        key = (own if own is not None and moves else AT_REST, moves, first)
        members.setdefault(key, []).append(name)
    parts = tuple(Part(frozenset(names), *key) for key, names in members.items())
    return parts or (Part(frozenset(), AT_REST, moves=False, first=False),)
