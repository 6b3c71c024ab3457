"""The baseline of the anatomy paper: aligned and opposed neurons stay, of the others a random part goes."""

from dataclasses import dataclass, field
from math import inf

import torch

from netwright.anatomy.decision_states import AFTER, targets_of
from netwright.anatomy.neurons import neuron_cosines
from netwright.anatomy.threshold import Absolute, Threshold
from netwright.machine.seeds import derive_seed
from netwright.pruning.criterion.reductions import LargestMagnitude, Reduction
from netwright.pruning.criterion.rule import refuse_others
from netwright.pruning.removal import Removal
from netwright.pruning.score import Question
from netwright.pruning.statistics import Wanted
from netwright.records.anatomy import Target


@dataclass(frozen=True)
class Arbitrary:
    """Removes neurons at random, but for those that point along the decision or against it.

    The cost of a neuron is a uniform random number in [0, 1), infinite of one that is preserved, so that a budget over
    the network takes about the same share of what every layer may lose.

    Args:
        seed: Of the random numbers; another one is another draw.
        preserve: Which |cosine| is large enough for a neuron to stay.
        reduction: What becomes of the cosines of several texts; by the default a neuron stays that any text preserves.
        target: Which state of the deciding token everything is compared with.

    Source: the anatomy paper, section 3.4 ("we preserved the important neurons and randomly pruned off").
    """

    seed: int = 0
    preserve: Threshold = field(default_factory=Absolute)
    reduction: Reduction = field(default_factory=LargestMagnitude)
    target: Target = AFTER

    @property
    def title(self) -> str:
        """Its name with its settings, as a plan states it."""
        return f"arbitrary (seed {self.seed}; stays: |cosine| above {self.preserve}, {self.reduction.title})"

    @property
    def wanted(self) -> Wanted | None:
        """No statistics: it looks at the deciding token only."""
        return None

    @property
    def rescale_invariant(self) -> bool:
        """Neither a cosine nor chance sees how long what a neuron writes is."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return a random order of the neurons of each place, those that are preserved last.

        Args:
            question: The network, its feed-forward networks, and texts.

        Returns:
            One removal a site.

        Raises:
            InputError: A place is no feed-forward network.
            ModelError: There is no text, or the model cannot be looked at with them.
        """
        refuse_others(question.sites, "the arbitrary baseline")
        targets = targets_of(question.transformer, question.batches, self.target)
        layers = neuron_cosines(question.transformer, targets)
        chance = torch.Generator().manual_seed(derive_seed("arbitrary", self.seed))
        removals = []
        for site in question.sites:
            cosines = layers[site.layer]
            stays = self.reduction.neurons(cosines).abs() > self.preserve.bound(cosines)
            cost = torch.rand(site.count, generator=chance, dtype=torch.float64).masked_fill(stays, inf)
            ordered, order = cost.sort(stable=True)
            removals.append(Removal(order, ordered))
        return removals
