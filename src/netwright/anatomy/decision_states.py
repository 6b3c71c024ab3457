"""What the deciding token is, at every layer, for every input that a model is shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from netwright.records.anatomy import Target
from netwright.records.errors import ModelError
from netwright.structure.call import call
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.stream import Batch, at_decision, decision_places, real_tokens, streamed

AFTER: Target = "after the last normalisation"
BEFORE: Target = "before the last normalisation"


@dataclass(frozen=True, eq=False)
class DecisionStates:
    """The deciding token of every input, in float64 on the CPU; inputs in the order of the batches.

    Args:
        states: (L + 1, N, d): h_0, the embedding, then what each block hands on. The last is before the normalisation
            that follows the blocks of some models.
        final: (N, d), h_L after that normalisation; `states[-1]` where there is none.
        read: By path, the inputs (N, n) of the modules that were asked for.
    """

    states: Tensor
    final: Tensor
    read: Mapping[str, Tensor] = field(default_factory=dict)

    def target(self, target: Target = AFTER) -> Tensor:
        """Return the state that everything is compared with, (N, d)."""
        return self.final if target == AFTER else self.states[-1]


def decision_states(transformer: Transformer, batches: Iterable[Batch], reads: Sequence[str] = ()) -> DecisionStates:
    """Return the states of the deciding token, by one forward pass a batch in evaluation mode.

    An encoder decides at its first real token, a decoder at its last (`attention_mask` tells which tokens are real), so
    padding on either side changes nothing but what the model itself makes of it.

    Args:
        transformer: The model; every module of it gets its mode back.
        batches: Keyword arguments of the model.
        reads: Paths of modules whose inputs at the deciding token are wanted too, such as the readers of sites.

    Returns:
        The states.

    Raises:
        ModelError: There is no batch, an input without a real token, a state that is not finite, or a module that is
            not called once on all tokens of a batch.

    >>> from transformers import BertConfig, BertModel
    >>> from netwright.structure.transformer.read import read_transformer
    >>> small = BertConfig(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)
    >>> found = decision_states(read_transformer(BertModel(small)), [{"input_ids": torch.tensor([[1, 2], [3, 4]])}])
    >>> found.states.shape, bool(torch.equal(found.target("before the last normalisation"), found.final))
    (torch.Size([3, 2, 8]), True)
    """
    seen = [_one_batch(transformer, batch, reads) for batch in batches]
    if not seen:
        raise ModelError("no batch to look at the model with; hand in at least one, such as {'input_ids': ids}")
    whole = DecisionStates(
        torch.cat([one.states for one in seen], 1),
        torch.cat([one.final for one in seen]),
        {path: torch.cat([one.read[path] for one in seen]) for path in reads},
    )
    _check_finite(transformer, whole)
    return whole


def targets_of(transformer: Transformer, batches: Iterable[Batch], target: Target = AFTER) -> Tensor:
    """Return h_L of the deciding token of every input: what neurons are compared with.

    Args:
        transformer: The model.
        batches: Keyword arguments of the model.
        target: Whether h_L is taken after or before the last normalisation.

    Returns:
        float64 (N, d).
    """
    return decision_states(transformer, batches).target(target)


def _one_batch(transformer: Transformer, batch: Batch, reads: Sequence[str]) -> DecisionStates:
    with evaluation_mode(transformer.model), torch.no_grad():
        with streamed(transformer) as stream, _reading(transformer, reads) as taken:
            call(transformer.model, batch)
        real = real_tokens(batch, stream.states[0])
        if not bool(real.any(1).all()):
            row = int((~real.any(1)).nonzero()[0, 0])
            raise ModelError(f"row {row} of a batch has no real token: its attention_mask is 0 throughout; drop it")
        places = decision_places(real, transformer.adapter.decision)
        read = {path: _decides(_only(path, taken[path], real), places) for path in reads}
        states = torch.stack([_decides(state, places) for state in stream.states])
        return DecisionStates(states, states[-1] if stream.final is None else _decides(stream.final, places), read)


def _decides(states: Tensor, places: Tensor) -> Tensor:
    return at_decision(states, places).to("cpu", torch.float64)


def _only(path: str, taken: list[Tensor], real: Tensor) -> Tensor:
    if len(taken) != 1 or taken[0].shape[:2] != real.shape:
        shapes = ", ".join(str(tuple(one.shape)) for one in taken) or "nothing"
        raise ModelError(
            f"{path} was given {shapes} for a batch of {tuple(real.shape)} tokens, not all of them at once; turn off "
            "what cuts a batch in pieces, such as chunk_size_feed_forward in the config"
        )
    return taken[0]


def _check_finite(transformer: Transformer, seen: DecisionStates) -> None:
    for layer, state in enumerate([*seen.states, seen.final]):
        bad = (~state.isfinite().all(1)).nonzero().flatten().tolist()
        if bad:
            place = f"h_{layer}" if layer < len(seen.states) else f"h_{layer - 1} after the last normalisation"
            name = type(transformer.model).__name__
            raise ModelError(f"{place} of {name} is not finite for input {bad[0]}; check its weights and its precision")


@contextmanager
def _reading(transformer: Transformer, paths: Sequence[str]) -> Iterator[dict[str, list[Tensor]]]:
    taken: dict[str, list[Tensor]] = {path: [] for path in paths}

    def watch(path: str) -> Any:
        def note(_: nn.Module, args: tuple[Tensor, ...]) -> None:
            taken[path].append(args[0])

        return note

    handles = [transformer.module(path).register_forward_pre_hook(watch(path)) for path in paths]
    try:
        yield taken
    finally:
        for handle in handles:
            handle.remove()
