"""Carrying out a plan: a new, smaller network whose matrices have shrunk."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn

from netwright.pruning.match import matched, refuse_other_weights, stays_of_layers
from netwright.records.pruning import Plan
from netwright.structure.linear_map import sliced, weight_of
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.read import Transformer, read_transformer
from netwright.structure.transformer.site import Site


def apply_plan(model: nn.Module, plan: Plan, adapters: Sequence[Adapter] = ADAPTERS) -> nn.Module:
    """Return a new model without the units that a plan removes: what made them and what read them is sliced.

    W1' = W1[S], b1' = b1[S], W2' = W2[:, S], with S the units that stay. The result computes what the dense model does
    with the other units masked. A place that keeps no neuron keeps its reader's bias, and one neuron that writes
    nothing. The copy's config states what is left, as `ffn_sizes` (neurons a block) and `head_counts` (heads, or groups
    of heads that share a key, a block).

    Args:
        model: The model that the plan was made for; it stays as it is.
        plan: What stays. One without a fingerprint fits every model of the same places and sizes.
        adapters: The architectures to look for.

    Returns:
        The smaller model.

    Raises:
        ModelError: The plan was made for another model, or for other weights.

    >>> from transformers import BertConfig, BertModel
    >>> from netwright.pruning.plan import plan_pruning
    >>> dense = BertModel(BertConfig(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12))
    >>> small = apply_plan(dense, plan_pruning(dense, (), score="magnitude", budget=0.5))
    >>> sum(small.config.ffn_sizes)
    12
    """
    sites = matched(read_transformer(model, adapters), plan)
    refuse_other_weights(model, plan)
    layers = stays_of_layers(plan)
    smaller = deepcopy(model)
    for site, kept in sites:
        _shrink(smaller, site, kept)
    found = read_transformer(smaller, adapters)
    _count_heads(found)
    if layers is not None:
        _drop_layers(found, layers)
    _state_sizes(read_transformer(smaller, adapters))
    return smaller


def _shrink(model: nn.Module, site: Site, kept: Tensor) -> None:
    if len(kept) == site.count:
        return
    if not len(kept):
        # libraries refuse matrices without columns: one neuron stays, and writes nothing
        kept = torch.zeros(1, dtype=torch.int64)
        with torch.no_grad():
            weight_of(model.get_submodule(site.reader))[:, 0] = 0
    for maker in site.makers:
        module = model.get_submodule(maker.path)
        _put(model, maker.path, sliced(module, outputs=site.outputs(maker, module, kept)))
    _put(model, site.reader, sliced(model.get_submodule(site.reader), inputs=site.inputs(kept)))


def _put(model: nn.Module, path: str, module: nn.Module) -> None:
    holder, _, name = path.rpartition(".")
    setattr(model.get_submodule(holder), name, module)


def _count_heads(transformer: Transformer) -> None:
    """Set the attributes of each block that count heads to what is there."""
    for site in transformer.heads:
        values = weight_of(transformer.module(site.reader)).shape[1]
        for tally in transformer.adapter.tallies:
            holder = transformer.part(site.layer, tally.path)
            setattr(holder, tally.attribute, values if tally.of == "values" else values // site.width)


def _drop_layers(transformer: Transformer, kept: Tensor) -> None:
    stack = transformer.module(transformer.stack)
    assert isinstance(stack, nn.ModuleList)  # `read_transformer` looks for nothing else
    blocks = [stack[index] for index in kept.tolist()]
    _put(transformer.model, transformer.stack, nn.ModuleList(blocks).train(stack.training))
    for index, block in enumerate(blocks):
        for module in block.modules():
            # caches of keys and values are found by this number
            if hasattr(module, "layer_idx"):
                module.layer_idx = index
    for config in _configs(transformer.model):
        types = getattr(config, "layer_types", None)
        if types is not None and len(types) == len(stack):
            config.layer_types = [types[index] for index in kept.tolist()]
        config.num_hidden_layers = len(blocks)


def _state_sizes(transformer: Transformer) -> None:
    for config in _configs(transformer.model):
        config.ffn_sizes = [site.count for site in transformer.neurons]
        config.head_counts = [site.count for site in transformer.heads]


def _configs(model: nn.Module) -> list[Any]:
    """Return the configurations of a model's parts, each once; none of a plain module."""
    found = {id(config): config for part in model.modules() if (config := getattr(part, "config", None)) is not None}
    return [config for config in found.values() if hasattr(config, "num_hidden_layers")]
