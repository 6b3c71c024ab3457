"""How long a unit's weights are, times how large what it sends through them is."""

from dataclasses import dataclass

from netwright.pruning.removal import Removal, by_importance
from netwright.pruning.score import Question
from netwright.pruning.scores.sums import over_inputs
from netwright.pruning.statistics import Wanted
from netwright.structure.linear_map import weight_of


@dataclass(frozen=True)
class Wanda:
    """The root of the sum over a unit's inputs of E[a_j^2] |w_j|^2: the root mean square length of what it writes.

    Source: Sun et al. 2024, "A Simple and Effective Pruning Approach for Large Language Models", equation 1, |W| |X|
    for each weight; here its squares are summed over a unit, and places are compared as they are.
    """

    @property
    def title(self) -> str:
        """Its name."""
        return "Wanda, structured"

    @property
    def wanted(self) -> Wanted:
        """Means and variances, which come with any statistics."""
        return Wanted()

    @property
    def rescale_invariant(self) -> bool:
        """It is: activation times weight has no scale."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return the units by what they write, the least first."""
        removals = []
        for site, statistics in zip(question.sites, question.statistics, strict=True):
            weight = weight_of(question.transformer.module(site.reader)).detach().double().cpu()
            removals.append(by_importance(over_inputs(statistics.square * weight.square().sum(0), site).sqrt()))
        return removals
