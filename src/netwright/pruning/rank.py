"""The units of a network in the order in which they would go: what every budget then chooses from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from netwright.machine.progress import Progress, Silent
from netwright.pruning.budgets.budget import Budget, Choice, Offer
from netwright.pruning.collect import collect
from netwright.pruning.fingerprint import fingerprint
from netwright.pruning.offers import choice_of_layers, choice_of_sites
from netwright.pruning.removal import Removal, by_importance
from netwright.pruning.score import Question, Score
from netwright.pruning.scores.catalog import find_score
from netwright.pruning.whole_layers import LayerScore, find_layer_score
from netwright.records.errors import InputError, ModelError
from netwright.records.pruning import Plan, SitePlan, Unit
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.read import Transformer, read_transformer
from netwright.structure.transformer.site import Site
from netwright.structure.transformer.stream import Batch

DEFAULT_SCORE = "second-order"
"""What ranks neurons and heads if nothing else is asked for."""
DEFAULT_LAYER_SCORE = "block-influence"
"""What ranks whole layers if nothing else is asked for."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """How the units of a network would go; ranked once, it gives a plan for every budget.

    Args:
        model: Class of the network.
        fingerprint: Of its parameters.
        score: What ranked the units.
        choice: The places and their units.
        texts: Sequences that were looked at.
        tokens: Real tokens among them.
    """

    model: str
    fingerprint: str
    score: str
    choice: Choice
    texts: int
    tokens: int

    def plan(self, budget: Budget) -> Plan:
        """Return what stays under a budget.

        Args:
            budget: How much may stay.

        Returns:
            The plan: of each place the units whose removal comes last.
        """
        widths = budget.widths(self.choice)
        sites = tuple(_stays(offer, width) for offer, width in zip(self.choice.offers, widths, strict=True))
        return Plan(
            model=self.model,
            fingerprint=self.fingerprint,
            score=self.score,
            budget=budget.title,
            sites=sites,
            texts=self.texts,
            tokens=self.tokens,
        )


def rank_units(
    model: nn.Module,
    batches: Iterable[Batch],
    score: str | Score | LayerScore | None = None,
    units: Sequence[Unit] = ("neurons",),
    *,
    adapters: Sequence[Adapter] = ADAPTERS,
    progress: Progress | None = None,
) -> Ranking:
    """Return how the units of a network would go, from the first to the last.

    Args:
        model: A dense transformer; it stays as it is.
        batches: Calibration texts as keyword arguments of the model, without labels.
        score: What ranks the units, by name or as an object; None for `second-order`, of layers `block-influence`.
        units: `neurons`, `heads` or both, or `layers` alone.
        adapters: The architectures to look for.
        progress: Told how far it is.

    Returns:
        The ranking.

    Raises:
        InputError: Units or a score that are not known.
        ModelError: The network is pruned already, not known, or lacks what the score needs.
    """
    by = score_for(units, score)
    transformer = read_transformer(model, adapters)
    _refuse_pruned(model)
    kept = list(batches)
    example = kept[0] if kept else None
    if isinstance(by, LayerScore):
        _refuse_empty(kept, by.title)
        choice = choice_of_layers(transformer, by_importance(by.layer_costs(transformer, kept)), example)
    else:
        choice = choice_of_sites(transformer, *_rank_sites(transformer, kept, by, units, progress or Silent()), example)
    tokens = [int(batch["attention_mask"].sum()) if "attention_mask" in batch else _size(batch) for batch in kept]
    texts = [_texts(batch) for batch in kept]
    return Ranking(type(model).__name__, fingerprint(model), by.title, choice, sum(texts), sum(tokens))


def refuse_unreachable(
    model: nn.Module,
    batches: Sequence[Batch],
    budget: Budget,
    units: Sequence[Unit] = ("neurons",),
    *,
    adapters: Sequence[Adapter] = ADAPTERS,
) -> None:
    """Raise where a budget cannot be met whatever goes, before the units are ranked, which takes long.

    Args:
        model: A dense transformer.
        batches: Calibration texts; FLOPs are those of the first batch.
        budget: How much may stay.
        units: What may go.
        adapters: The architectures to look for.

    Raises:
        InputError: It cannot be met; the message says the least that can.
    """
    _check_units(units)
    transformer = read_transformer(model, adapters)
    _refuse_pruned(model)
    example = batches[0] if batches else None
    if "layers" in units:
        choice = choice_of_layers(transformer, _free(len(transformer.blocks)), example)
    else:
        sites = _sites(transformer, units)
        choice = choice_of_sites(transformer, sites, [_free(site.count) for site in sites], example)
    budget.widths(choice)


def score_for(units: Sequence[Unit], score: str | Score | LayerScore | None) -> Score | LayerScore:
    """Return what ranks units.

    Args:
        units: What may go.
        score: By name or as an object; None for the default of those units.

    Returns:
        A `LayerScore` for layers, else a `Score`.

    Raises:
        InputError: Units that are not known, no such score, or one of other units.

    >>> score_for(("layers",), None).title
    'block-influence'
    """
    _check_units(units)
    whole = "layers" in units
    if score is None or isinstance(score, str):
        return (find_layer_score if whole else find_score)(score or (DEFAULT_LAYER_SCORE if whole else DEFAULT_SCORE))
    if isinstance(score, LayerScore) != whole:
        ranked = "neurons and heads" if whole else "whole layers"
        raise InputError(f"{score.title} ranks {ranked}, and {', '.join(units)} may go; hand in another score")
    return score


def _rank_sites(
    transformer: Transformer, batches: Sequence[Batch], by: Score, units: Sequence[Unit], progress: Progress
) -> tuple[list[Site], list[Removal]]:
    sites = _sites(transformer, units)
    if by.wanted is not None:
        _refuse_empty(batches, by.title)
    with evaluation_mode(transformer.model):
        statistics = [] if by.wanted is None else collect(transformer, sites, batches, by.wanted, progress=progress)
        removals = by.rank(Question(transformer, sites, batches, statistics))
    return sites, removals


def _sites(transformer: Transformer, units: Sequence[Unit]) -> list[Site]:
    return [*(transformer.neurons if "neurons" in units else ()), *(transformer.heads if "heads" in units else ())]


def _free(count: int) -> Removal:
    return by_importance(torch.zeros(count))


def _stays(offer: Offer, width: int) -> SitePlan:
    gone = offer.count - width
    kept = tuple(sorted(offer.removal.order[gone:].tolist()))
    return SitePlan(place=offer.place, layer=offer.layer, unit=offer.unit, count=offer.count, kept=kept)


def _check_units(units: Sequence[Unit]) -> None:
    known = ("neurons", "heads", "layers")
    wrong = [unit for unit in units if unit not in known]
    if wrong or not units or len(set(units)) < len(units):
        found = ", ".join(map(repr, units)) or "no units"
        raise InputError(f"found {found}; units are 'neurons', 'heads' or both, or 'layers'")
    if "layers" in units and len(units) > 1:
        raise InputError(
            f"found {', '.join(units)}: whole layers are planned alone; apply that plan last, or make two plans"
        )


def _refuse_pruned(model: nn.Module) -> None:
    sizes = getattr(getattr(model, "config", None), "ffn_sizes", None)
    if sizes is not None:
        raise ModelError(
            f"this {type(model).__name__} is pruned already (feed-forward networks of {min(sizes)} to {max(sizes)} "
            "neurons); make the plan from the dense model, whose texts tell what the units were worth"
        )


def _refuse_empty(batches: Sequence[Batch], score: str) -> None:
    if not batches:
        raise ModelError(
            f"there are no batches, and {score} learns from texts what units do; hand in some, such as "
            "[tokenizer(texts, return_tensors='pt')], or take score='magnitude'"
        )


def _texts(batch: Batch) -> int:
    return len(next(iter(batch.values())))


def _size(batch: Batch) -> int:
    return int(next(iter(batch.values())).numel())
