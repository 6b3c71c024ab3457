"""Carrying out a plan: a new, smaller network whose matrices have shrunk."""

from torch import nn

from netwright.records.pruning import Plan


def apply_plan(model: nn.Module, plan: Plan) -> nn.Module:
    """Return a new model without the units that a plan removes; the given one stays as it is."""
    raise NotImplementedError
