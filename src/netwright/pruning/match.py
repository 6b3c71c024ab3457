"""Finding the places that a plan speaks of in a model, and refusing a plan that was made for another one."""

import torch
from torch import Tensor, nn

from netwright.pruning.fingerprint import fingerprint
from netwright.records.errors import ModelError
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.site import Site


def matched(transformer: Transformer, plan: Plan) -> list[tuple[Site, Tensor]]:
    """Return the places of a plan, with the units that stay of each.

    Args:
        transformer: The model, as it was before anything was removed.
        plan: Made for a model of the same places and sizes.

    Returns:
        (site, int64 units that stay), of neurons and heads; whole layers are `stays_of_layers`.

    Raises:
        ModelError: A place is not there, has another number of units, or the plan keeps units that do not exist.
    """
    known = {(site.block, site.unit): site for site in (*transformer.neurons, *transformer.heads)}
    found = []
    for part in plan.sites:
        if part.unit == "layers":
            _check(part, transformer.stack, len(transformer.blocks), transformer)
            continue
        site = known.get((part.place, part.unit))
        if site is None:
            raise ModelError(_other(transformer, f"it speaks of {part.unit} at {part.place}, which is not here"))
        _check(part, site.block, site.count, transformer)
        if part.unit == "heads" and not part.kept:
            raise ModelError(f"the plan removes every head of {part.place}; keep one, or remove the whole layer")
        found.append((site, torch.tensor(part.kept, dtype=torch.int64)))
    return found


def stays_of_layers(plan: Plan) -> Tensor | None:
    """Return the layers that stay, int64; None where the plan removes no whole layer."""
    part = next((site for site in plan.sites if site.unit == "layers"), None)
    return None if part is None else torch.tensor(part.kept, dtype=torch.int64)


def refuse_other_weights(model: nn.Module, plan: Plan) -> None:
    """Refuse a plan that was made for a model of the same shape and other weights.

    Args:
        model: The model it is to be applied to.
        plan: The plan; one without a fingerprint is for any weights.

    Raises:
        ModelError: The weights are others.
    """
    if plan.fingerprint and plan.fingerprint != fingerprint(model):
        raise ModelError(
            f"the plan was made for other weights of {plan.model} (fingerprint {plan.fingerprint[:12]}); plan for "
            'this one, or, where its neurons mean the same, take plan.model_copy(update={"fingerprint": ""})'
        )


def _check(part: SitePlan, place: str, count: int, transformer: Transformer) -> None:
    if part.place != place:
        raise ModelError(_other(transformer, f"its layers are those of {part.place}, the model's are {place}"))
    if part.count != count:
        raise ModelError(_other(transformer, f"{part.place} had {part.count} {part.unit}, and has {count} here"))
    ascending = all(earlier < later for earlier, later in zip(part.kept, part.kept[1:], strict=False))
    if not ascending or (part.kept and not 0 <= part.kept[0] <= part.kept[-1] < count):
        raise ModelError(f"the plan keeps {part.unit} of {part.place} that are not in 0 ... {count - 1}, ascending")
    if part.unit == "layers" and not part.kept:
        raise ModelError(f"the plan removes every layer of {part.place}; keep one")


def _other(transformer: Transformer, found: str) -> str:
    name = type(transformer.model).__name__
    return f"the plan was made for another model than this {name}: {found}; make a plan for this one"
