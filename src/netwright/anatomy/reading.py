"""What reads the residual stream after a layer has written into it, seen from where the layer writes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.anatomy.decision_states import DecisionStates
from netwright.anatomy.held_norm import HeldNorm, held_norm
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import Transformer


@dataclass(frozen=True)
class Reader:
    """Linear maps that read the stream at one point of a model.

    Args:
        layer: Number of the block they stand in; the number of blocks, L, after the last one.
        maps: Their paths.
        own: Normalisations between the stream and the maps, the nearest to the maps first; of a post-norm block those
            stand in the stream itself.
    """

    layer: int
    maps: tuple[str, ...]
    own: tuple[str, ...]


def feed_forward_reader(transformer: Transformer, layer: int) -> Reader:
    """Return the first matrices of a block's feed-forward network; of a gated one the gate's comes first."""
    adapter = transformer.adapter
    norm = adapter.attention_norm if adapter.norms == "post" else adapter.feed_forward_norm
    maps = tuple(maker.path for maker in transformer.neurons[layer].makers)
    return Reader(layer, maps, (f"{transformer.blocks[layer]}.{norm}",))


def attention_reader(transformer: Transformer, layer: int) -> Reader:
    """Return the maps of a block that make queries, keys and values."""
    adapter = transformer.adapter
    own = () if adapter.norms == "post" else (f"{transformer.blocks[layer]}.{adapter.attention_norm}",)
    return Reader(layer, tuple(maker.path for maker in transformer.heads[layer].makers), own)


def head_reader(transformer: Transformer, maps: Sequence[str]) -> Reader:
    """Return maps after the last block, such as those that `heads_of` finds."""
    own = (transformer.final_norm,) if transformer.final_norm else ()
    return Reader(len(transformer.blocks), tuple(maps), own)


def norms_of(transformer: Transformer) -> tuple[str, ...]:
    """Return the paths of every normalisation that a reader may stand behind."""
    adapter = transformer.adapter
    inside = [f"{block}.{norm}" for block in transformer.blocks for norm in _norms(transformer)]
    return (*inside, *((transformer.final_norm,) if adapter.norms == "pre" and transformer.final_norm else ()))


def rows_of(transformer: Transformer, reader: Reader, rows: Sequence[int] | None = None) -> Tensor:
    """Return what a reader's maps take the product of their input with.

    Args:
        transformer: The model.
        reader: One of its readers.
        rows: Which rows of the first map; None for all rows of all maps.

    Returns:
        (rows, d), float32 or wider, on the CPU.
    """
    weights = [weight_of(transformer.module(path)).detach() for path in reader.maps]
    wanted = torch.cat(weights) if rows is None else weights[0][torch.tensor(rows, dtype=torch.int64)]
    return wanted.to("cpu", torch.promote_types(wanted.dtype, torch.float32))


def written_by(transformer: Transformer, layer: int, neurons: Sequence[int] | None = None) -> Tensor:
    """Return what neurons write into the stream at an activation of 1: columns of the second matrix.

    Args:
        transformer: The model.
        layer: Number of the block.
        neurons: Which; None for all.

    Returns:
        (neurons, d), float32 or wider, on the CPU.
    """
    weight = weight_of(transformer.module(transformer.neurons[layer].reader)).detach()
    columns = weight.T if neurons is None else weight.T[torch.tensor(neurons, dtype=torch.int64)]
    return columns.to("cpu", torch.promote_types(weight.dtype, torch.float32))


def held_norms(transformer: Transformer, seen: DecisionStates) -> dict[str, HeldNorm]:
    """Return every normalisation of `norms_of` as it acted on the deciding tokens.

    Args:
        transformer: The model.
        seen: Its states, read at `norms_of`.

    Returns:
        By path.
    """
    return {path: held_norm(path, transformer.module(path), seen.read[path]) for path in norms_of(transformer)}


def folded(
    transformer: Transformer, reader: Reader, rows: Tensor, held: Mapping[str, HeldNorm]
) -> Iterator[tuple[int, Tensor, Tensor]]:
    """Yield rows as they stand in the stream where each earlier feed-forward network writes.

    What a network writes reaches the reader through additions, which leave it as it is, and through normalisations,
    which are linear with their statistics held. A row r therefore takes <w, r'> of a vector w that is written, r'
    being r pulled back through each normalisation on the way. Between inputs only the length of r' differs.

    Args:
        transformer: The model.
        reader: Whose rows they are.
        rows: (rows, d), of `rows_of`.
        held: Of `held_norms`.

    Yields:
        Layers that write, the latest first; the rows as the first input has them, (rows, d); how many times as long
        they are for each input, float64 (N,).
    """
    lengths = torch.ones(len(next(iter(held.values())).gain), dtype=torch.float64)

    def through(path: str, rows: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        gain = held[path].gain
        first = HeldNorm(gain[:1].to(rows), held[path].shift, held[path].centred)
        return first.pull(rows), lengths * gain.norm(dim=1) / gain[0].norm()

    for path in reader.own:
        rows, lengths = through(path, rows, lengths)
    for layer in reversed(range(reader.layer)):
        if transformer.adapter.norms == "pre":
            yield layer, rows, lengths
            continue
        attention, feed_forward = (f"{transformer.blocks[layer]}.{norm}" for norm in _norms(transformer))
        rows, lengths = through(feed_forward, rows, lengths)
        yield layer, rows, lengths
        rows, lengths = through(attention, rows, lengths)


def _norms(transformer: Transformer) -> tuple[str, str]:
    return transformer.adapter.attention_norm, transformer.adapter.feed_forward_norm
