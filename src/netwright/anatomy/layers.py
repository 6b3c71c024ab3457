"""How the deciding token approaches its last state, layer by layer."""

from collections.abc import Iterable, Sequence

from torch import Tensor, nn

from netwright.anatomy.cosine import cosine
from netwright.anatomy.decision_states import AFTER, BEFORE, DecisionStates, decision_states
from netwright.anatomy.probes import named_probes
from netwright.records.anatomy import LayerAnatomy, Probe, Target
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.read import read_transformer
from netwright.structure.transformer.stream import Batch


def layer_anatomy(
    model: nn.Module,
    batches: Iterable[Batch],
    probes: Sequence[Probe] = (),
    *,
    target: Target = AFTER,
    adapters: Sequence[Adapter] = ADAPTERS,
) -> LayerAnatomy:
    """Return cos(h_l, h_L) of the deciding token for l = 0 ... L and every input.

    h_0 is the embedding, h_l the output of block l - 1. Where a normalisation follows the blocks, h_L may be taken
    after or before it: after, the cosine of layer L tells how far that normalisation alone turns the state. The
    `hidden_states` of transformers hold the state after it in their last place, which adds a jump to 1 that no block
    makes.

    Source: "Anatomy and Structured Pruning of Large Language Models", section 3.1 and figures 1, 1a.

    Args:
        model: Any module with a known transformer inside; it stays as it is.
        batches: Keyword arguments of the model, `input_ids` (N, T) and `attention_mask` (N, T).
        probes: The texts of the batches, row by row; without them inputs are numbered.
        target: Which h_L the states are compared with; the other one is reported beside.
        adapters: The architectures to look for.

    Returns:
        The cosines.

    Raises:
        ModelError: No transformer is found, or it cannot be looked at with these batches.

    >>> import torch
    >>> from transformers import BertConfig, BertModel
    >>> small = BertConfig(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)
    >>> seen = layer_anatomy(BertModel(small), [{"input_ids": torch.tensor([[1, 2], [3, 4]])}])
    >>> seen.layers, seen.probes[1].text, [round(cosines[-1], 6) for cosines in seen.cosines]
    (2, 'input 1', [1.0, 1.0])
    """
    transformer = read_transformer(model, adapters)
    seen = decision_states(transformer, batches)
    other: Target = BEFORE if target == AFTER else AFTER
    return LayerAnatomy(
        model=type(model).__name__,
        target=target,
        decision=transformer.adapter.decision,
        probes=named_probes(probes, seen.states.shape[1]),
        cosines=layer_cosines(seen, target).T.tolist(),
        other_cosines=layer_cosines(seen, other).T.tolist() if transformer.final_norm else (),
    )


def layer_cosines(seen: DecisionStates, target: Target = AFTER) -> Tensor:
    """Return c_l = cos(h_l, h_L), float64 (L + 1, N): layers by inputs."""
    return cosine(seen.states, seen.target(target))
