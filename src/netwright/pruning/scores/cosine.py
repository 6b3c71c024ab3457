"""How much what a unit writes points along the decision, or against it."""

from dataclasses import dataclass

from netwright.anatomy.decision_states import targets_of
from netwright.anatomy.neurons import neuron_cosines
from netwright.pruning.removal import Removal, by_importance
from netwright.pruning.score import Question
from netwright.records.errors import InputError


@dataclass(frozen=True)
class Cosine:
    """Mean over texts of |cos(w_j, h_L)|, with h_L the state of the deciding token that the head reads.

    Source: "Anatomy and Structured Pruning of Large Language Models", section 3.2; one bound for all layers.
    """

    @property
    def title(self) -> str:
        """Its name."""
        return "cosine"

    @property
    def wanted(self) -> None:
        """No statistics: it looks at the last state alone."""
        return

    @property
    def rescale_invariant(self) -> bool:
        """It is: a cosine has no length."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return the neurons by their cosine, the least first.

        Raises:
            InputError: A place's units are heads, which write no single direction.
        """
        if any(site.unit != "neurons" for site in question.sites):
            raise InputError(
                "the score cosine ranks neurons alone: a head writes no single direction; take another score"
            )
        cosines = neuron_cosines(question.transformer, targets_of(question.transformer, question.batches))
        return [by_importance(cosines[site.layer].abs().double().mean(0)) for site in question.sites]
