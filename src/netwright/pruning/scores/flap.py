"""How much a unit's contribution fluctuates: what fluctuates little, a bias can replace."""

from dataclasses import dataclass

from netwright.pruning.removal import Removal, by_importance
from netwright.pruning.score import Question
from netwright.pruning.scores.sums import over_inputs
from netwright.pruning.statistics import Wanted
from netwright.structure.linear_map import weight_of


@dataclass(frozen=True)
class Flap:
    """Var(a_j) |w_j|^2, summed over a unit's inputs and standardised within each place.

    Standardised, (score - mean) / standard deviation, the costs of places can be compared; they may be negative.

    Source: An et al. 2024, "Fluctuation-based Adaptive Structured Pruning for Large Language Models", equations 4 and
    5.
    """

    @property
    def title(self) -> str:
        """Its name."""
        return "FLAP"

    @property
    def wanted(self) -> Wanted:
        """Means and variances, which come with any statistics."""
        return Wanted()

    @property
    def rescale_invariant(self) -> bool:
        """It is: variance times squared weight has no scale."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return the units by how much they fluctuate, least first."""
        removals = []
        for site, statistics in zip(question.sites, question.statistics, strict=True):
            weight = weight_of(question.transformer.module(site.reader)).detach().double().cpu()
            fluctuation = over_inputs(statistics.variance * weight.square().sum(0), site)
            spread = float(fluctuation.std(correction=0))
            removals.append(by_importance((fluctuation - fluctuation.mean()) / (spread if spread > 0 else 1.0)))
        return removals
