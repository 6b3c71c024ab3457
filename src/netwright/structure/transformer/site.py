"""A place in a network whose units can be removed: neurons of a feed-forward network, or heads of an attention."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.adapter import Maker


@dataclass(frozen=True, eq=False)
class Site:
    """Units that one linear map reads and others make.

    Unit u is what the reader takes at inputs u * width ... (u + 1) * width - 1. Of heads that share their key and
    value (grouped queries) a unit is a whole group.

    Args:
        layer: Number of the block, from 0.
        block: Path of the block in the model.
        unit: What the units are.
        count: How many there are.
        width: Inputs of the reader for each unit: 1 of a neuron, the size of a head of a head.
        makers: The maps that make them; their paths are those in the model.
        reader: Path of the map that reads them, in the model.
    """

    layer: int
    block: str
    unit: Literal["neurons", "heads"]
    count: int
    width: int
    makers: tuple[Maker, ...]
    reader: str

    def inputs(self, units: Tensor) -> Tensor:
        """Return the inputs of the reader that belong to units.

        Args:
            units: int64 (k,).

        Returns:
            int64 (k * width,).

        >>> Site(0, "block", "heads", 4, 2, (), "out").inputs(torch.tensor([1, 3])).tolist()
        [2, 3, 6, 7]
        """
        return _spread(units, self.width)

    def outputs(self, maker: Maker, module: nn.Module, units: Tensor) -> Tensor:
        """Return the outputs of a maker that belong to units.

        Args:
            maker: One of `makers`.
            module: The linear map at its path.
            units: int64 (k,).

        Returns:
            int64, in the maker's order.

        >>> site = Site(0, "block", "heads", 2, 1, (), "out")
        >>> site.outputs(Maker("c_attn", parts=3), nn.Linear(2, 6), torch.tensor([1])).tolist()
        [1, 3, 5]
        """
        run = len(weight_of(module)) // maker.parts
        one = _spread(units, run // self.count)
        return torch.cat([one + part * run for part in range(maker.parts)])


def _spread(units: Tensor, width: int) -> Tensor:
    return (units[:, None] * width + torch.arange(width)).flatten()
