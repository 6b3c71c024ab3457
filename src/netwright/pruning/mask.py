"""A plan carried out by zeros: the network keeps its size and computes what the smaller one computes."""

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import nn

from netwright.pruning.match import matched
from netwright.records.pruning import Plan
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.read import read_transformer


def mask_plan(model: nn.Module, plan: Plan, adapters: Sequence[Adapter] = ADAPTERS) -> nn.Module:
    """Return a copy of a model whose readers take nothing of the units that a plan removes.

    This is how the anatomy paper prunes (section 3.4). It saves no time; `apply_plan` gives the same outputs and does.

    Args:
        model: The model that the plan was made for; it stays as it is.
        plan: What stays; whole layers cannot be masked.
        adapters: The architectures to look for.

    Returns:
        The masked copy.

    Raises:
        ModelError: The plan was made for another model.
    """
    copy = deepcopy(model)
    for site, kept in matched(read_transformer(copy, adapters), plan):
        gone = torch.ones(site.count, dtype=torch.bool)
        gone[kept] = False
        with torch.no_grad():
            weight_of(copy.get_submodule(site.reader))[:, site.inputs(gone.nonzero().flatten())] = 0
    return copy
