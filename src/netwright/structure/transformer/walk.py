"""Walking through a transformer block by block, all batches at once, with the arguments that its forward gives."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from netwright.structure.call import call
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.site import Site
from netwright.structure.transformer.stream import Batch, real_tokens


@dataclass(frozen=True, eq=False)
class Path:
    """One batch on its way through the blocks.

    Args:
        start: (N, T, d), what enters the first block.
        real: bool (N, T), which tokens are texts and not padding.
        arguments: The other arguments that each block was given, positional and by name: masks, positions.
    """

    start: Tensor
    real: Tensor
    arguments: Sequence[tuple[tuple[Any, ...], dict[str, Any]]]


def paths(transformer: Transformer, batches: Sequence[Batch]) -> list[Path]:
    """Return what the blocks of a model are given for each batch, by one forward pass a batch.

    Args:
        transformer: In evaluation mode.
        batches: Keyword arguments of the model.

    Returns:
        One path a batch; only the states that enter the first block are kept, not the later ones.
    """
    found = []
    for batch in batches:
        calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

        def note(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], calls: Any = calls) -> None:
            calls.append((args, kwargs))

        blocks = [transformer.module(path) for path in transformer.blocks]
        handles = [block.register_forward_pre_hook(note, with_kwargs=True) for block in blocks]
        try:
            with torch.no_grad():
                call(transformer.model, batch)
        finally:
            for handle in handles:
                handle.remove()
        first_args, first_kwargs = calls[0]
        start = first_args[0] if first_args else first_kwargs["hidden_states"]
        found.append(Path(start, real_tokens(batch, start), [_others(args, kwargs) for args, kwargs in calls]))
    return found


def through(transformer: Transformer, layer: int, states: Tensor, path: Path, at: int | None = None) -> Tensor:
    """Return what a block makes of states.

    Args:
        transformer: The model.
        layer: Number of the block.
        states: (N, T, d).
        path: Of the batch.
        at: Whose arguments it is given, where the model has fewer blocks than the one the path is of.

    Returns:
        (N, T, d).
    """
    args, kwargs = path.arguments[layer if at is None else at]
    with torch.no_grad():
        result = transformer.module(transformer.blocks[layer])(states, *args, **kwargs)
    return result if isinstance(result, Tensor) else result[0]


@dataclass
class Seen:
    """What passed at a site during the last call of its block.

    Args:
        taken: (N, T, n), what the reader took.
        written: (N, T, d), what it made.
        residual: (N, T, d), what that is added to.
    """

    taken: Tensor = field(init=False)
    written: Tensor = field(init=False)
    residual: Tensor = field(init=False)


@contextmanager
def watched(transformer: Transformer, site: Site) -> Iterator[Seen]:
    """Keep what passes at a site while entered.

    Args:
        transformer: The model.
        site: One of its places.

    Yields:
        What passed during the last call.
    """
    seen = Seen()

    def read(_: nn.Module, args: tuple[Any, ...], result: Tensor) -> None:
        seen.taken, seen.written = args[0], result

    def add(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        seen.residual = args[0] if args else kwargs["hidden_states"]

    source = transformer.module(_residual_source(transformer, site))
    handles = [
        transformer.module(site.reader).register_forward_hook(read),
        source.register_forward_pre_hook(add, with_kwargs=True),
    ]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


def _residual_source(transformer: Transformer, site: Site) -> str:
    """Return the path of the module that takes in what the site's output is added to."""
    adapter = transformer.adapter
    if adapter.norms == "post":
        return site.makers[0].path
    norm = adapter.feed_forward_norm if site.unit == "neurons" else adapter.attention_norm
    return f"{site.block}.{norm}"


def _others(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a block without the states, and without what it would fill at every call."""
    named = {name: _uncached(value) for name, value in kwargs.items() if name != "hidden_states"}
    return tuple(_uncached(value) for value in args[1:]), named


def _uncached(argument: Any) -> Any:
    # a decoder's cache of keys and values grows with every call of a block
    return None if hasattr(argument, "get_seq_length") else argument
