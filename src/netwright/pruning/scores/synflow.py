"""Synaptic flow: how much of a signal that nothing can cancel passes through a unit; no data is needed."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.pruning.removal import Removal
from netwright.pruning.score import Question
from netwright.pruning.scores.sums import over_outputs
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.site import Site

SMALLEST = 1e-300
"""Stands for no flow at all, whose logarithm is not finite."""


@dataclass(frozen=True)
class SynFlow:
    """The flow R = sum of h_L through a unit, where every weight is replaced by its size and h_0 = 1.

    Each place adds to the residual stream, h <- h + sum over units of f_u(h) |w_u|, with |w_u| the sum over the columns
    of a unit, and f_u(h) the geometric mean over the maps that make it of what they sum to, so that the flow is of
    first degree in all of them together. The flow of a unit is what R loses with it, to first order; as much enters it
    as leaves it, so scaling by c and 1/c changes nothing. All flows are found anew in each round, since what goes takes
    flow from what it fed, and the smallest go. Costs are ranks: how many units of the network went before.

    Args:
        rounds: After each the share of units left is the same power of what is left in the end, one.

    Source: Tanaka et al. 2020, "Pruning neural networks without any data by iteratively conserving synaptic flow",
    equation 1, theorem 1 and algorithm 1; adapted to units and to residual streams; normalisation
    and attention are left out.
    """

    rounds: int = 100

    @property
    def title(self) -> str:
        """Its name with its rounds."""
        return f"synaptic flow ({self.rounds} rounds)"

    @property
    def wanted(self) -> None:
        """No statistics."""
        return

    @property
    def rescale_invariant(self) -> bool:
        """It is: what enters a unit leaves it."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return the units by the round they go in, and their flow in it."""
        tower = _Tower(question.transformer, question.sites)
        counts = [site.count for site in question.sites]
        total = sum(counts)
        position = torch.full((total,), torch.inf, dtype=torch.float64)
        gone = 0
        for number in range(1, self.rounds + 1):
            masks = torch.split(position.isinf().double(), counts)
            flow = torch.cat(tower.flows(masks)).masked_fill(~position.isinf(), torch.inf)
            until = total if number == self.rounds else total - round(total ** (1 - number / self.rounds))
            goes = flow.argsort(stable=True)[: until - gone]
            position[goes] = torch.arange(gone, until, dtype=torch.float64)
            gone = until
        return [Removal(one.argsort(), one.sort().values) for one in torch.split(position, counts)]


class _Tower:
    """The places of a network, each adding to the stream, with the sizes of their weights."""

    def __init__(self, transformer: Transformer, sites: Sequence[Site]) -> None:
        self._sites = sites
        # attention comes before the feed-forward network of its block
        self._upward = sorted(range(len(sites)), key=lambda at: (sites[at].layer, sites[at].unit != "heads"))
        self._makers = [[_sizes(transformer, maker.path) for maker in site.makers] for site in sites]
        self._readers = [_sizes(transformer, site.reader) for site in sites]

    def flows(self, left: Sequence[Tensor]) -> list[Tensor]:
        """Return dR/dm of a mask m on each unit, up to one factor; `left` is which units are there, 0 or 1 a place."""
        masks = [one.clone().requires_grad_() for one in left]
        stream = torch.ones(len(self._readers[0]), dtype=torch.float64)
        for at in self._upward:
            columns = (self._made(at, stream) * masks[at]).repeat_interleave(self._sites[at].width)
            stream = stream + self._readers[at] @ columns
            # in deep networks the flow would leave the range of numbers; one factor for all changes no order
            stream = stream / stream.detach().sum()
        return list(torch.autograd.grad(stream.sum(), masks))

    def _made(self, at: int, stream: Tensor) -> Tensor:
        site, makers = self._sites[at], self._makers[at]
        sums = torch.cat(
            [over_outputs(sizes @ stream, site, maker) for sizes, maker in zip(makers, site.makers, strict=True)]
        )
        return sums.clamp(min=SMALLEST).log().mean(0).exp()


def _sizes(transformer: Transformer, path: str) -> Tensor:
    return weight_of(transformer.module(path)).detach().double().cpu().abs()
