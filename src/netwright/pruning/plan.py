"""Planning what goes of a network: ranked by a score, limited by a budget."""

from collections.abc import Iterable, Sequence

from torch import nn

from netwright.machine.progress import Progress
from netwright.pruning.budgets.budget import Budget
from netwright.pruning.budgets.neurons import Neurons
from netwright.pruning.rank import rank_units, refuse_unreachable, score_for
from netwright.pruning.score import Score
from netwright.pruning.whole_layers import LayerScore
from netwright.records.pruning import Plan, Unit
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.stream import Batch


def plan_pruning(
    model: nn.Module,
    batches: Iterable[Batch],
    score: str | Score | LayerScore | None = None,
    budget: float | Budget = 0.5,
    units: Sequence[Unit] = ("neurons",),
    *,
    adapters: Sequence[Adapter] = ADAPTERS,
    progress: Progress | None = None,
) -> Plan:
    """Return what may go of a transformer with the least loss; `apply_plan` carries it out.

    To plan for several budgets, rank once: `rank_units(model, batches).plan(budget)`.

    Args:
        model: A dense transformer; it stays as it is.
        batches: Calibration texts as keyword arguments of the model, such as `input_ids` and `attention_mask`; no
            labels. They take no part in testing.
        score: What ranks the units, by name or as an object; None for `second-order`, of layers `block-influence`.
        budget: The share of units that stays, in (0, 1], or a budget such as `Parameters`, `Flops` or `Latency`.
        units: `neurons` of the feed-forward networks, `heads`, both, or `layers` alone.
        adapters: The architectures to look for.
        progress: Told how far it is.

    Returns:
        The plan.

    Raises:
        InputError: Units, a score or a budget that cannot be; the message of a budget says the least that can.
        ModelError: The network is pruned already, not known, or lacks what the score needs; no texts.

    >>> from transformers import BertConfig, BertModel
    >>> small = BertConfig(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)
    >>> plan = plan_pruning(BertModel(small), (), score="magnitude", budget=0.25)
    >>> plan.budget, sum(len(site.kept) for site in plan.sites)
    ('25% of the units', 6)
    """
    asked = Neurons(budget) if isinstance(budget, int | float) else budget
    kept = list(batches)
    score_for(units, score)
    # ranking takes long, so a budget that cannot be met is told before
    refuse_unreachable(model, kept, asked, units, adapters=adapters)
    return rank_units(model, kept, score, units, adapters=adapters, progress=progress).plan(asked)
