"""How long the weights of a unit are."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.pruning.removal import Removal, by_importance
from netwright.pruning.score import Question
from netwright.pruning.scores.sums import over_inputs, over_outputs
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.site import Site


@dataclass(frozen=True)
class Magnitude:
    """The Euclidean length of all weights that make a unit and read it.

    Source: Li et al. 2017, "Pruning Filters for Efficient ConvNets", for structures; the L2 norm as in Torch-Pruning.
    """

    @property
    def title(self) -> str:
        """Its name."""
        return "magnitude"

    @property
    def wanted(self) -> None:
        """No statistics."""
        return

    @property
    def rescale_invariant(self) -> bool:
        """It is not: c and 1/c change the sum of two squares."""
        return False

    def rank(self, question: Question) -> list[Removal]:
        """Return the units by length, the shortest first."""
        return [by_importance(_length(question.transformer, site)) for site in question.sites]


def _length(transformer: Transformer, site: Site) -> Tensor:
    squares = over_inputs(_square(transformer, site.reader).sum(0), site)
    for maker in site.makers:
        squares = squares + over_outputs(_square(transformer, maker.path).sum(1), site, maker).sum(0)
    return squares.sqrt()


def _square(transformer: Transformer, path: str) -> Tensor:
    with torch.no_grad():
        return weight_of(transformer.module(path)).double().cpu().square()
