"""The diagonal of the Fisher information of masks."""

from dataclasses import dataclass

from netwright.pruning.removal import Removal, by_importance
from netwright.pruning.score import Question
from netwright.pruning.scores.known import known
from netwright.pruning.statistics import Wanted


@dataclass(frozen=True)
class MaskFisher:
    """The Fisher information of a mask m_u = 1 on each unit, I_uu = E[(d log p / d m_u)^2].

    To second order, and as if units did not interact, removing u changes the answers by I_uu / 2 nats a text.

    Source: Kwon et al. 2022, "A Fast Post-Training Pruning Framework for Transformers", section 4.2, equation 7; here
    the labels are drawn from the model instead of given.
    """

    @property
    def title(self) -> str:
        """Its name."""
        return "mask Fisher"

    @property
    def wanted(self) -> Wanted:
        """Fisher information."""
        return Wanted(fisher=True)

    @property
    def rescale_invariant(self) -> bool:
        """It is: a mask multiplies what a neuron writes."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return the units by their mask's information, least first; costs in nats a text."""
        return [by_importance(known(one.mask_fisher, "mask_fisher", self.title) / 2) for one in question.statistics]
