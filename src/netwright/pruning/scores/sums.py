"""Sums over the weights that belong to each unit of a place."""

from torch import Tensor

from netwright.structure.transformer.adapter import Maker
from netwright.structure.transformer.site import Site


def over_inputs(values: Tensor, site: Site) -> Tensor:
    """Return the sums over the inputs of the reader that belong to each unit.

    Args:
        values: (n,), one for each input of the reader.
        site: The place.

    Returns:
        (units,).

    >>> import torch
    >>> over_inputs(torch.ones(6), Site(0, "block", "heads", 3, 2, (), "out")).tolist()
    [2.0, 2.0, 2.0]
    """
    return values.reshape(site.count, site.width).sum(1)


def over_outputs(values: Tensor, site: Site, maker: Maker) -> Tensor:
    """Return the sums over the outputs of a maker that belong to each unit.

    Args:
        values: One for each output of the maker.
        site: The place.
        maker: One of its makers.

    Returns:
        (parts, units): a row for each run of the maker.

    >>> import torch
    >>> site = Site(0, "block", "heads", 2, 1, (), "out")
    >>> over_outputs(torch.arange(6.0), site, Maker("c_attn", parts=3)).tolist()
    [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    """
    return values.reshape(maker.parts, site.count, -1).sum(2)
