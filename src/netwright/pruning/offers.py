"""What the places of a transformer offer to a budget: what goes with each of their units."""

from collections.abc import Sequence
from math import nan
from statistics import fmean

from torch import nn

from netwright.pruning.budgets.budget import Choice, Offer
from netwright.pruning.flop_count import count_batch_flops, shape_of_batch
from netwright.pruning.removal import Removal
from netwright.structure.linear_map import bias_of, weight_of
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.site import Site
from netwright.structure.transformer.stream import Batch


def choice_of_sites(
    transformer: Transformer, sites: Sequence[Site], removals: Sequence[Removal], example: Batch | None
) -> Choice:
    """Return what budgets choose from where neurons and heads go.

    Args:
        transformer: The network.
        sites: Its places whose units may go.
        removals: How the units of each would go.
        example: A batch whose FLOPs count; None for none.

    Returns:
        The choice.
    """
    shape = None if example is None else shape_of_batch(example)
    offers = [_offer(transformer, site, removal, shape) for site, removal in zip(sites, removals, strict=True)]
    return _choice(transformer, offers, example)


def choice_of_layers(transformer: Transformer, removal: Removal, example: Batch | None) -> Choice:
    """Return what budgets choose from where whole layers go.

    Args:
        transformer: The network.
        removal: How its layers would go.
        example: A batch whose FLOPs count; None for none.

    Returns:
        The choice, of one offer.
    """
    shape = None if example is None else shape_of_batch(example)
    blocks = [transformer.module(path) for path in transformer.blocks]
    sites = (*transformer.neurons, *transformer.heads)
    flops = sum(site.count * _flops(transformer, site, shape) for site in sites) / len(blocks)
    offer = Offer(
        place=transformer.stack,
        layer=0,
        unit="layers",
        removal=removal,
        parameters=round(fmean(parameter_count(block) for block in blocks)),
        bytes=round(fmean(parameter_bytes(block) for block in blocks)),
        flops=flops,
        least=1,
    )
    return _choice(transformer, [offer], example)


def parameter_count(model: nn.Module) -> int:
    """Return how many numbers the parameters of a module hold, shared ones once.

    >>> parameter_count(nn.Linear(3, 2))
    8
    """
    return sum(parameter.numel() for parameter in model.parameters())


def parameter_bytes(model: nn.Module) -> int:
    """Return the bytes of a module's parameters, shared ones once.

    >>> parameter_bytes(nn.Linear(3, 2))
    32
    """
    return sum(parameter.numel() * parameter.element_size() for parameter in model.parameters())


def _choice(transformer: Transformer, offers: Sequence[Offer], example: Batch | None) -> Choice:
    model = transformer.model
    flops = nan if example is None else count_batch_flops(model, example)
    return Choice(offers, parameter_count(model), parameter_bytes(model), flops)


def _offer(transformer: Transformer, site: Site, removal: Removal, shape: tuple[int, int] | None) -> Offer:
    reader = weight_of(transformer.module(site.reader))
    read = site.width * len(reader)
    makers = [transformer.module(maker.path) for maker in site.makers]
    made = [len(weight_of(maker)) // site.count * (_inputs(maker) + _biases(maker)) for maker in makers]
    sizes = [weight_of(maker).element_size() for maker in makers]
    return Offer(
        place=site.block,
        layer=site.layer,
        unit=site.unit,
        removal=removal,
        parameters=read + sum(made),
        bytes=read * reader.element_size() + sum(size * count for size, count in zip(sizes, made, strict=True)),
        flops=_flops(transformer, site, shape),
        # an attention without heads cannot be computed; a feed-forward network without neurons is its bias
        least=1 if site.unit == "heads" else 0,
    )


def _flops(transformer: Transformer, site: Site, shape: tuple[int, int] | None) -> float:
    if shape is None:
        return nan
    texts, tokens = shape
    makers = [transformer.module(maker.path) for maker in site.makers]
    products = sum(len(weight_of(maker)) // site.count * _inputs(maker) for maker in makers)
    products += site.width * len(weight_of(transformer.module(site.reader)))
    # each query meets each key, and the weights each value
    attention = 2 * tokens * site.width if site.unit == "heads" else 0
    return 2.0 * texts * tokens * (products + attention)


def _inputs(maker: nn.Module) -> int:
    return int(weight_of(maker).shape[1])


def _biases(maker: nn.Module) -> int:
    return 0 if bias_of(maker) is None else 1
