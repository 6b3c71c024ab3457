"""The criterion of the anatomy paper as a score: each neuron against the threshold of its layer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

import torch
from torch import Tensor

from netwright.anatomy.decision_states import AFTER, decision_states
from netwright.anatomy.layers import layer_cosines
from netwright.anatomy.neurons import neuron_cosines
from netwright.pruning.criterion.reductions import OneText, Reduction
from netwright.pruning.criterion.thresholds import Rule
from netwright.pruning.removal import Removal
from netwright.pruning.score import Question
from netwright.pruning.statistics import Wanted
from netwright.records.anatomy import Target
from netwright.records.errors import InputError
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.site import Site
from netwright.structure.transformer.stream import Batch


@dataclass(frozen=True)
class Criterion:
    """Ranks neurons by how much they write along the decision, each layer against its own threshold.

    Under a budget all thresholds are scaled by one factor s >= 0, and the cost of a neuron is the s from which on it
    goes: |n_lj| / t_l; in a one-sided layer max(n_lj, 0) / t_l, those that point away the furthest first. Neurons of a
    layer whose threshold is not positive must stay. Under the budget `Below(1.0)` the thresholds stand as they are.

    Args:
        rule: `Thresholds` for as many layers as the model has, or one of `presets.PRESETS` for any depth.
        reduction: What becomes of the cosines of several texts.
        target: Which state of the deciding token everything is compared with.

    Source: the anatomy paper, section 3.4.
    """

    rule: Rule
    reduction: Reduction = field(default_factory=OneText)
    target: Target = AFTER

    @property
    def title(self) -> str:
        """Its name with its settings, as a plan states it."""
        return f"anatomy criterion ({self.rule.text}; {self.reduction.title}; {self.target})"

    @property
    def wanted(self) -> Wanted | None:
        """No statistics: it looks at the deciding token only."""
        return None

    @property
    def rescale_invariant(self) -> bool:
        """A cosine does not see how long what a neuron writes is."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return how the neurons of each place would go under one factor for all thresholds.

        Args:
            question: The network, its feed-forward networks, and texts.

        Returns:
            One removal a site.

        Raises:
            InputError: A place is no feed-forward network, or the thresholds are for a deeper model.
            ModelError: There is no text, or the model cannot be looked at with them.
        """
        refuse_others(question.sites, "the anatomy criterion")
        layers = measure(question.transformer, question.batches, self)
        return [_removal(layers[site.layer]) for site in question.sites]


@dataclass(frozen=True, eq=False)
class Measured:
    """What the criterion found of one layer.

    Args:
        cosine: c_l of the layer's input.
        threshold: t_l.
        cosines: float64 (n,), n_lj.
        one_sided: Whether the sign counts.
    """

    cosine: float
    threshold: float
    cosines: Tensor
    one_sided: bool

    @property
    def compared(self) -> Tensor:
        """What the threshold is compared with, (n,): |n_lj|, or n_lj where the sign counts."""
        return self.cosines if self.one_sided else self.cosines.abs()


def measure(transformer: Transformer, batches: Iterable[Batch], criterion: Criterion) -> list[Measured]:
    """Return cosines and thresholds of every layer.

    Args:
        transformer: The network.
        batches: Texts as the model takes them.
        criterion: The rule.

    Returns:
        One entry a layer.

    Raises:
        InputError: The thresholds are for a deeper model, or the text to look at is not there.
        ModelError: There is no text, or the model cannot be looked at with them.
    """
    seen = decision_states(transformer, batches)
    reduction, rule = criterion.reduction, criterion.rule.for_layers(len(transformer.blocks))
    # what enters layer l is h_l: the last state enters none
    cosines = [reduction.layer(column) for column in layer_cosines(seen, criterion.target)[:-1]]
    neurons = neuron_cosines(transformer, seen.target(criterion.target))
    return [
        Measured(cosine, threshold, reduction.neurons(own), layer in rule.one_sided_layers)
        for layer, (cosine, threshold, own) in enumerate(zip(cosines, rule.of(cosines), neurons, strict=True))
    ]


def refuse_others(sites: Sequence[Site], score: str) -> None:
    """Refuse places whose units write no vector of their own.

    Args:
        sites: The places that a score is asked about.
        score: What the message calls it.

    Raises:
        InputError: A place is no feed-forward network.
    """
    for site in sites:
        if site.unit != "neurons":
            raise InputError(
                f"{score} ranks neurons, and was asked about the {site.unit} of {site.block}; "
                'take units=("neurons",) or another score'
            )


def _removal(measured: Measured) -> Removal:
    if measured.threshold <= 0:
        count = len(measured.cosines)
        return Removal(torch.arange(count), torch.full((count,), inf, dtype=torch.float64))
    ratio, order = (measured.compared / measured.threshold).sort(stable=True)
    return Removal(order, ratio.clamp(min=0))
