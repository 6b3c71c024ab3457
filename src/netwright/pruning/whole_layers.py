"""Whole layers as units: what the network loses when a block is skipped."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity

from netwright.pruning.answers import answers_of, divergence
from netwright.records.errors import InputError, nearest
from netwright.structure.call import call
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.stream import Batch, real_tokens, streamed


@runtime_checkable
class LayerScore(Protocol):
    """Says what the removal of each layer costs; a member of `LAYER_SCORES`, or one of your own."""

    @property
    def title(self) -> str:
        """Its name with its settings, as a plan states it."""
        ...

    def layer_costs(self, transformer: Transformer, batches: Sequence[Batch]) -> Tensor:
        """Return the cost of each layer's removal, float64 (L,)."""
        ...


@dataclass(frozen=True)
class BlockInfluence:
    """How far a layer turns what passes through it: 1 - E[cos(h_in, h_out)] over real tokens.

    Source: Men et al. 2024, "ShortGPT: Layers in Large Language Models are More Redundant Than You Expect", section 3.
    """

    title: str = "block-influence"

    def layer_costs(self, transformer: Transformer, batches: Sequence[Batch]) -> Tensor:
        """Return 1 - E[cos(h_in, h_out)] of each layer.

        Args:
            transformer: The network.
            batches: Its texts.

        Returns:
            float64 (L,).
        """
        total, tokens = torch.zeros(len(transformer.blocks), dtype=torch.float64), 0
        with evaluation_mode(transformer.model), torch.inference_mode(), streamed(transformer) as stream:
            for batch in batches:
                call(transformer.model, batch)
                real = real_tokens(batch, stream.leaving[0])
                for layer, (before, after) in enumerate(zip(stream.entering, stream.leaving, strict=True)):
                    total[layer] += cosine_similarity(before.double(), after.double(), dim=-1)[real].sum().cpu()
                tokens += int(real.sum())
        return 1 - total / tokens


@dataclass(frozen=True)
class SkipDivergence:
    """What the answers lose when a layer is skipped: mean KL(whole || without the layer), in nats."""

    title: str = "skip-divergence"

    def layer_costs(self, transformer: Transformer, batches: Sequence[Batch]) -> Tensor:
        """Return KL(answers || answers without the layer) of each layer.

        Args:
            transformer: The network.
            batches: Its texts.

        Returns:
            float64 (L,), in nats an answer.
        """
        total, count = torch.zeros(len(transformer.blocks), dtype=torch.float64), 0
        model = transformer.model
        with evaluation_mode(model), torch.inference_mode():
            for batch in batches:
                whole = answers_of(model, batch)
                count += len(whole)
                for layer, path in enumerate(transformer.blocks):
                    with _skipped(transformer.module(path)):
                        total[layer] += float(divergence(whole, answers_of(model, batch)).sum())
        return total / count


LAYER_SCORES: tuple[LayerScore, ...] = (BlockInfluence(), SkipDivergence())
"""Every way to rank whole layers, the default first."""


def find_layer_score(name: str) -> LayerScore:
    """Return the way to rank whole layers that has a name.

    Args:
        name: Its title.

    Returns:
        The score.

    Raises:
        InputError: There is none of that name.

    >>> find_layer_score("block-influence").title
    'block-influence'
    """
    found = next((score for score in LAYER_SCORES if score.title == name), None)
    if found is None:
        known = [score.title for score in LAYER_SCORES]
        raise InputError(f"there is no score {name!r} for whole layers. {nearest(name, known)}")
    return found


@contextmanager
def _skipped(block: nn.Module) -> Iterator[None]:
    def pass_through(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> Any:
        entering = args[0] if args else kwargs["hidden_states"]
        return entering if isinstance(result, Tensor) else (entering, *result[1:])

    handle = block.register_forward_hook(pass_through, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()
