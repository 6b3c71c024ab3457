"""Ranking in stages: what goes last is judged in a network from which the first is gone already."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from netwright.pruning.apply import apply_plan
from netwright.pruning.collect import collect
from netwright.pruning.removal import Removal
from netwright.pruning.repair import repair
from netwright.pruning.score import Question, Score
from netwright.pruning.scores.second_order import SecondOrder
from netwright.pruning.statistics import Wanted
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.transformer.read import Transformer, read_transformer
from netwright.structure.transformer.site import Site


@dataclass(frozen=True)
class Staged:
    """A score, asked again wherever a stage of the removal is reached and the network has been mended.

    What units are worth depends on what is left of the others. At each stage the ranking so far is carried out and
    repaired, statistics are collected in that smaller network, and the units that are still there are ranked anew by
    them. Those that went keep their places in the order, and nothing that goes later costs less than they did.

    Args:
        score: What ranks the units at every stage.
        stages: Shares of the units that stay when they are ranked anew, falling.

    Source: as iterative pruning in Kurtic et al. 2022, "The Optimal BERT Surgeon", section 3.3, without training.
    """

    score: Score = field(default_factory=SecondOrder)
    stages: tuple[float, ...] = (0.5, 0.25)

    @property
    def title(self) -> str:
        """Its name with its settings."""
        at = ", ".join(f"{stage:.0%}" for stage in self.stages)
        return f"{self.score.title}, ranked anew at {at}"

    @property
    def wanted(self) -> Wanted | None:
        """What the score wants."""
        return self.score.wanted

    @property
    def rescale_invariant(self) -> bool:
        """As the score: the repair reads only what neurons write."""
        return self.score.rescale_invariant

    def rank(self, question: Question) -> list[Removal]:
        """Return the order over all stages."""
        removals = self.score.rank(question)
        for stage in self.stages:
            removals = self._anew(question, removals, stage)
        return removals

    def _anew(self, question: Question, removals: list[Removal], stage: float) -> list[Removal]:
        bound = _bound(removals, stage)
        kept = [_stays(removal, bound) for removal in removals]
        dense = question.transformer
        plan = _plan(dense, question.sites, kept)
        smaller = repair(apply_plan(dense.model, plan), dense.model, plan, question.batches)
        found = read_transformer(smaller.eval(), (dense.adapter,))
        sites = [(found.neurons if site.unit == "neurons" else found.heads)[site.layer] for site in question.sites]
        wanted = self.score.wanted
        statistics = [] if wanted is None else collect(found, sites, question.batches, wanted)
        later = self.score.rank(Question(found, sites, question.batches, statistics))
        return [_joined(removal, bound, units, one) for removal, units, one in zip(removals, kept, later, strict=True)]


def _bound(removals: list[Removal], stage: float) -> float:
    """Return the cost up to which units go so that a share of all stays."""
    costs = torch.cat([removal.cost for removal in removals]).sort().values
    gone = round((1 - stage) * len(costs))
    return float(costs[gone - 1]) if gone else -torch.inf


def _stays(removal: Removal, bound: float) -> Tensor:
    """Return the units that stay, ascending; one at least, so that the place is still there."""
    gone = min(int((removal.cost <= bound).sum()), len(removal.order) - 1)
    return removal.order[gone:].sort().values


def _plan(transformer: Transformer, sites: Sequence[Site], kept: list[Tensor]) -> Plan:
    parts = tuple(
        SitePlan(place=site.block, layer=site.layer, unit=site.unit, count=site.count, kept=tuple(units.tolist()))
        for site, units in zip(sites, kept, strict=True)
    )
    return Plan(model=type(transformer.model).__name__, fingerprint="", score="", budget="", sites=parts)


def _joined(before: Removal, bound: float, kept: Tensor, after: Removal) -> Removal:
    gone = len(before.order) - len(kept)
    order = torch.cat([before.order[:gone], kept[after.order]])
    return Removal(order, torch.cat([before.cost[:gone], after.cost.clamp(min=bound)]))
