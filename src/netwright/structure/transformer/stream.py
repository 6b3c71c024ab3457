"""The residual stream at the blocks of a transformer, and which tokens are real and which one decides."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from netwright.structure.transformer.adapter import Decision
from netwright.structure.transformer.read import Transformer

Batch = Mapping[str, Any]
"""Keyword arguments of the model's forward: `input_ids` (N, T), `attention_mask` (N, T) where texts are padded."""


@dataclass
class Stream:
    """What entered and left the blocks of the last forward pass.

    Args:
        entering: Input of each block, (N, T, d); that of block 0 is the embedding.
        leaving: Output of each block, (N, T, d).
        final: What the normalisation after the last block made of the last output; None where there is none.
    """

    entering: list[Tensor] = field(default_factory=list)
    leaving: list[Tensor] = field(default_factory=list)
    final: Tensor | None = None

    @property
    def states(self) -> list[Tensor]:
        """h_0 ... h_L: the embedding, then the output of each block."""
        return [*self.entering[:1], *self.leaving]


@contextmanager
def streamed(transformer: Transformer) -> Iterator[Stream]:
    """Keep the residual stream of every forward pass that is made while entered; the last one stands in the result.

    Args:
        transformer: Whose blocks are watched.

    Yields:
        The stream, filled anew by each forward pass.
    """
    stream = Stream()

    def enter(at: int) -> Any:
        def note(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            if at == 0:
                stream.entering, stream.leaving, stream.final = [], [], None
            stream.entering.append(args[0] if args else kwargs["hidden_states"])

        return note

    def leave(_: nn.Module, __: Any, result: Any) -> None:
        stream.leaving.append(result if isinstance(result, Tensor) else result[0])

    def finish(_: nn.Module, __: Any, result: Tensor) -> None:
        stream.final = result

    handles = []
    for at, path in enumerate(transformer.blocks):
        block = transformer.module(path)
        handles += [block.register_forward_pre_hook(enter(at), with_kwargs=True), block.register_forward_hook(leave)]
    if transformer.final_norm:
        handles.append(transformer.module(transformer.final_norm).register_forward_hook(finish))
    try:
        yield stream
    finally:
        for handle in handles:
            handle.remove()


def real_tokens(batch: Batch, states: Tensor) -> Tensor:
    """Return which tokens of a batch are texts and not padding.

    Args:
        batch: Its `attention_mask` says so, int or bool (N, T); without one all tokens are real.
        states: (N, T, d) of that batch.

    Returns:
        bool (N, T).
    """
    mask = batch.get("attention_mask")
    if not isinstance(mask, Tensor) or mask.dim() != 2:
        return torch.ones(states.shape[:2], dtype=torch.bool, device=states.device)
    return mask.to(device=states.device) != 0


def decision_places(real: Tensor, decision: Decision) -> Tensor:
    """Return which token of each text decides.

    Args:
        real: bool (N, T); each row has a real token.
        decision: The first real token, or the last.

    Returns:
        int64 (N,).

    >>> mask = torch.tensor([[1, 1, 1, 0], [0, 1, 1, 1]]) > 0
    >>> decision_places(mask, "last").tolist(), decision_places(mask, "first").tolist()
    ([2, 3], [0, 1])
    """
    places = torch.arange(real.shape[1], device=real.device).expand_as(real)
    if decision == "first":
        return places.masked_fill(~real, real.shape[1]).amin(1)
    return places.masked_fill(~real, -1).amax(1)


def at_decision(states: Tensor, places: Tensor) -> Tensor:
    """Return the state of the token that decides.

    Args:
        states: (N, T, d).
        places: int64 (N,).

    Returns:
        (N, d).
    """
    return states[torch.arange(len(states), device=states.device), places]
