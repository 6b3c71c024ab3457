"""Which neurons of each feed-forward network write along the decision, and which against it."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from netwright.anatomy.cosine import unit
from netwright.anatomy.decision_states import AFTER, targets_of
from netwright.anatomy.overlap import overlap_of
from netwright.anatomy.probes import named_probes
from netwright.anatomy.threshold import Absolute, Threshold
from netwright.records.anatomy import NeuronAnatomy, NeuronSet, Probe, Target
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.read import Transformer, read_transformer
from netwright.structure.transformer.stream import Batch

THRESHOLD = Absolute(0.35)


def neuron_anatomy(
    model: nn.Module,
    batches: Iterable[Batch],
    probes: Sequence[Probe] = (),
    threshold: Threshold = THRESHOLD,
    *,
    target: Target = AFTER,
    adapters: Sequence[Adapter] = ADAPTERS,
) -> NeuronAnatomy:
    """Return which neurons point along or against the decision of each input, and how much inputs share them.

    Neuron j of layer l writes a_j w_j into the stream, w_j being column j of the second matrix of the layer's
    feed-forward network; n_lj = cos(w_j, h_L). It is aligned where n_lj is above the threshold, opposed where n_lj is
    below its negative, and active where it is either.

    Source: "Anatomy and Structured Pruning of Large Language Models", sections 3.2 and 3.3, figures 2a and 3a.

    Args:
        model: Any module with a known transformer inside; it stays as it is.
        batches: Keyword arguments of the model, `input_ids` (N, T) and `attention_mask` (N, T).
        probes: The texts of the batches, row by row; without them inputs are numbered.
        threshold: Which cosine is large: `Absolute(0.35)` is the paper's, `Deviations(3.0)` adapts to each layer.
        target: Whether h_L is taken after or before the last normalisation.
        adapters: The architectures to look for.

    Returns:
        The sets, their overlap and the bounds that were used.

    Raises:
        ModelError: No transformer is found, or it cannot be looked at with these batches.
    """
    transformer = read_transformer(model, adapters)
    targets = targets_of(transformer, batches, target)
    layers = neuron_cosines(transformer, targets)
    bounds = tuple(threshold.bound(cosines) for cosines in layers)
    cases = list(enumerate(zip(layers, bounds, strict=True)))
    directions = unit(targets)
    return NeuronAnatomy(
        model=type(model).__name__,
        target=target,
        probes=named_probes(probes, len(targets)),
        threshold=str(threshold),
        bounds=bounds,
        sizes=tuple(cosines.shape[1] for cosines in layers),
        sets=tuple(one for layer, (cosines, bound) in cases for one in neuron_sets(layer, cosines, bound)),
        overlaps=tuple(overlap_of(layer, *case) for layer, case in cases if len(targets) > 1),
        target_cosines=(directions @ directions.T).clamp(-1, 1).tolist(),
        largest=tuple(float(cosines.abs().amax()) if cosines.numel() else 0.0 for cosines in layers),
    )


def neuron_cosines(transformer: Transformer, targets: Tensor) -> list[Tensor]:
    """Return n_lj = cos(w_j, target) of every neuron and input.

    Args:
        transformer: The model.
        targets: (N, d), such as `targets_of` gives.

    Returns:
        One tensor a layer, (N, n_l), of the targets' type and on their device; 0 for a neuron that writes nothing.

    >>> from transformers import BertConfig, BertModel
    >>> small = BertConfig(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)
    >>> model = BertModel(small)
    >>> along = model.encoder.layer[1].output.dense.weight.detach()[:, 4:5].T
    >>> round(neuron_cosines(read_transformer(model), along)[1][0, 4].item(), 6)
    1.0
    """
    directions = unit(targets)
    return [
        (directions @ unit(weight_of(transformer.module(site.reader)).detach().to(targets).T).T).clamp(-1, 1)
        for site in transformer.neurons
    ]


def neuron_sets(layer: int, cosines: Tensor, bound: float) -> list[NeuronSet]:
    """Return the aligned and the opposed neurons of one layer for every input.

    Args:
        layer: Number of the block, from 0.
        cosines: (N, n), inputs by neurons.
        bound: The cosine that is large.

    Returns:
        One set an input.

    >>> neuron_sets(0, torch.tensor([[0.5, -0.1, -0.4]]), 0.35)[0].table()[1]
    [('layer', '0'), ('probe', '0'), ('aligned', '(0,)'), ('opposed', '(2,)')]
    """
    return [
        NeuronSet(layer=layer, probe=probe, aligned=_where(row > bound), opposed=_where(row < -bound))
        for probe, row in enumerate(cosines)
    ]


def _where(mask: Tensor) -> tuple[int, ...]:
    return tuple(torch.nonzero(mask).flatten().tolist())
