"""First-order change of the answers when a unit goes."""

from dataclasses import dataclass

from netwright.pruning.removal import Removal, by_importance
from netwright.pruning.score import Question
from netwright.pruning.scores.known import known
from netwright.pruning.statistics import Wanted


@dataclass(frozen=True)
class Taylor:
    """How steeply the log probability of the model's own label falls in a unit's activation: E |sum_t a <g, w_u>|.

    Source: Molchanov et al. 2017, "Pruning convolutional neural networks for resource efficient inference", equation
    6; here the labels are drawn from the model instead of given (over labels the root of the mean square stands for the
    mean), and the costs are not normalised within layers.
    """

    @property
    def title(self) -> str:
        """Its name."""
        return "first order (Taylor)"

    @property
    def wanted(self) -> Wanted:
        """Fisher information."""
        return Wanted(fisher=True)

    @property
    def rescale_invariant(self) -> bool:
        """It is: activation times gradient has no scale."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return the units by their slope, least first; costs in nats a text."""
        return [by_importance(known(one.mask_slope, "mask_slope", self.title)) for one in question.statistics]
