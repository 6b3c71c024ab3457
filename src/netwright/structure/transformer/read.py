"""Finding the parts of a transformer in any module that has one inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from torch import nn

from netwright.records.errors import ModelError
from netwright.structure.linear_map import is_linear_map, weight_of
from netwright.structure.transformer.adapter import Adapter, Maker
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.site import Site


@dataclass(frozen=True, eq=False)
class Transformer:
    """A model whose parts are known.

    Args:
        model: The model, whatever stands around the stack of blocks.
        adapter: The names of its parts.
        stack: Path of the list of blocks.
        blocks: Path of each block.
        final_norm: Path of the normalisation after the last block; empty where there is none.
        neurons: The feed-forward network of each block.
        heads: The attention of each block.
    """

    model: nn.Module
    adapter: Adapter
    stack: str
    blocks: tuple[str, ...]
    final_norm: str
    neurons: tuple[Site, ...]
    heads: tuple[Site, ...]

    def module(self, path: str) -> nn.Module:
        """Return the module at a path of the model."""
        return self.model.get_submodule(path)

    def part(self, layer: int, path: str) -> nn.Module:
        """Return the module at a path of a block, such as its adapter's `feed_forward_norm`."""
        return self.model.get_submodule(f"{self.blocks[layer]}.{path}")


def read_transformer(model: nn.Module, adapters: Sequence[Adapter] = ADAPTERS) -> Transformer:
    """Return the parts of the transformer inside a model.

    Args:
        model: Any module that holds one list of blocks, such as a classifier around BERT.
        adapters: The architectures to look for.

    Returns:
        Its parts.

    Raises:
        ModelError: No list of blocks is known, there are several, or their weights are shared; the message says what
            was looked for and how to add an adapter.

    >>> from transformers import BertConfig, BertModel
    >>> small = BertConfig(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)
    >>> found = read_transformer(BertModel(small))
    >>> found.blocks, found.neurons[1].count, found.heads[0].width
    (('encoder.layer.0', 'encoder.layer.1'), 12, 4)
    """
    found = [(path, adapter) for path, stack in _lists(model) for adapter in adapters if _fits(stack, adapter)]
    if not found:
        raise ModelError(_unknown(model, adapters))
    if len(found) > 1:
        places = ", ".join(path for path, _ in found)
        raise ModelError(
            f"{type(model).__name__} has {len(found)} stacks of blocks ({places}); hand in the part with the one you "
            "mean, such as model.encoder"
        )
    path, adapter = found[0]
    blocks = tuple(f"{path}.{index}" for index in range(len(model.get_submodule(path))))  # type: ignore[arg-type]
    _refuse_shared(model, adapter, blocks)
    holder = path.rpartition(".")[0]
    return Transformer(
        model=model,
        adapter=adapter,
        stack=path,
        blocks=blocks,
        final_norm=".".join(part for part in (holder, adapter.final_norm) if part) if adapter.final_norm else "",
        neurons=tuple(_neurons(model, adapter, layer, block) for layer, block in enumerate(blocks)),
        heads=tuple(_heads(model, adapter, layer, block) for layer, block in enumerate(blocks)),
    )


def _lists(model: nn.Module) -> list[tuple[str, nn.ModuleList]]:
    return [(path, part) for path, part in model.named_modules() if isinstance(part, nn.ModuleList) and len(part)]


def _fits(stack: nn.ModuleList, adapter: Adapter) -> bool:
    return all(_has(block, path) for block in stack for path in adapter.paths)


def _has(block: nn.Module, path: str) -> bool:
    try:
        block.get_submodule(path)
    except AttributeError:
        return False
    return True


def _refuse_shared(model: nn.Module, adapter: Adapter, blocks: Sequence[str]) -> None:
    name = f"{type(model).__name__} (read as {adapter.name})"
    if adapter.refusal:
        raise ModelError(f"{name} cannot be taken apart: {adapter.refusal}; take a model whose layers have their own")
    owners: dict[int, str] = {}
    for block in blocks:
        for path, weight in model.get_submodule(block).named_parameters():
            first = owners.setdefault(id(weight), block)
            if first != block:
                raise ModelError(
                    f"{name} cannot be taken apart: {first} and {block} share {path}; give each block its own weights"
                )


def _neurons(model: nn.Module, adapter: Adapter, layer: int, block: str) -> Site:
    reader = f"{block}.{adapter.out}"
    makers = tuple(Maker(f"{block}.{path}") for path in adapter.into)
    _check_maps(model, (reader, *(maker.path for maker in makers)))
    count = weight_of(model.get_submodule(reader)).shape[1]
    return Site(layer, block, "neurons", count, 1, makers, reader)


def _heads(model: nn.Module, adapter: Adapter, layer: int, block: str) -> Site:
    reader = f"{block}.{adapter.heads_out}"
    makers = tuple(Maker(f"{block}.{maker.path}", maker.parts) for maker in adapter.heads_into)
    _check_maps(model, (reader, *(maker.path for maker in makers)))
    size = int(attrgetter(adapter.head_size)(model.get_submodule(block)))
    runs = [len(weight_of(model.get_submodule(maker.path))) // maker.parts for maker in makers]
    # grouped queries: the keys have the fewest heads, and what shares a key goes together
    count = min(runs) // size
    width = weight_of(model.get_submodule(reader)).shape[1] // max(count, 1)
    return Site(layer, block, "heads", count, width, makers, reader)


def _check_maps(model: nn.Module, paths: Sequence[str]) -> None:
    for path in paths:
        module = model.get_submodule(path)
        if not is_linear_map(module):
            raise ModelError(
                f"{path} is {type(module).__name__}, not a plain linear map; merge adapters and dequantise before "
                "taking the model apart"
            )


def _unknown(model: nn.Module, adapters: Sequence[Adapter]) -> str:
    looked = "; ".join(f"{' + '.join((*adapter.into, adapter.out))} ({adapter.name})" for adapter in adapters)
    return (
        f"{type(model).__name__} has no list of blocks with a feed-forward network that is known; looked for {looked}. "
        "Describe yours with netwright.structure.transformer.adapter.Adapter and hand it in as adapters=(yours,)"
    )
