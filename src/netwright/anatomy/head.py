"""The maps after the last block that read the state of the deciding token."""

from typing import Any

import torch
from torch import Tensor, nn

from netwright.structure.call import call
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.linear_map import is_linear_map
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.stream import Batch, at_decision, decision_places, real_tokens, streamed


def heads_of(transformer: Transformer, batch: Batch) -> tuple[str, ...]:
    """Return the linear maps outside the blocks that are given the last state, of all tokens or of the deciding one.

    Args:
        transformer: The model.
        batch: What it is shown.

    Returns:
        Their paths, such as `bert.pooler.dense`; empty where nothing reads the last state in the open.
    """
    inside = tuple(f"{block}." for block in transformer.blocks)
    maps = [
        path
        for path, part in transformer.model.named_modules()
        if is_linear_map(part) and not f"{path}.".startswith(inside)
    ]
    given: dict[str, Tensor] = {}

    def watch(path: str) -> Any:
        def note(_: nn.Module, args: tuple[Tensor, ...]) -> None:
            given[path] = args[0]

        return note

    handles = [transformer.module(path).register_forward_pre_hook(watch(path)) for path in maps]
    try:
        with evaluation_mode(transformer.model), torch.no_grad(), streamed(transformer) as stream:
            call(transformer.model, batch)
    finally:
        for handle in handles:
            handle.remove()
    final = stream.leaving[-1] if stream.final is None else stream.final
    decides = at_decision(final, decision_places(real_tokens(batch, final), transformer.adapter.decision))
    return tuple(path for path, state in given.items() if _same(state, final) or _same(state, decides))


def _same(given: Tensor, state: Tensor) -> bool:
    return given.shape == state.shape and bool(torch.equal(given, state))
