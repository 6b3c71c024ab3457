"""Storing a smaller transformer whose blocks are all of one size: a plain model, which needs no code of ours."""

from pathlib import Path
from typing import Any

from torch import nn

from netwright.models.text.library import transformers_library
from netwright.models.text.uneven import uneven_class
from netwright.pruning.carrier import carrier
from netwright.pruning.new_folder import new_folder
from netwright.records.errors import ModelError
from netwright.structure.transformer.read import Transformer, read_transformer

WIDTH_NAMES = ("n_inner", "hidden_dim", "intermediate_size")
"""What GPT-2, DistilBERT and all others call the width of the feed-forward network in their configs."""


def save_uniform(model: nn.Module, folder: str | Path, tokenizer: Any = None) -> Path:
    """Store a pruned transformer with equal blocks as a plain model of its family: any `transformers` loads it.

    Args:
        model: A BERT, RoBERTa, DistilBERT, GPT-2 or Llama of `transformers` with all its heads, and the same number
            of neurons in each block.
        folder: Where to; it must not exist, or be empty.
        tokenizer: A tokenizer of `transformers` that is stored beside it.

    Returns:
        The folder.

    Raises:
        ModelError: The blocks differ, heads are gone, or the model is of another class.
        InputError: The folder holds something already.
        StorageError: It cannot be written; nothing is left behind.
        MissingExtraError: `transformers` is not installed.
    """
    found = read_transformer(model)
    with transformers_library():
        dense = uneven_class(model).__bases__[1]
        config = _plain_config(found, dense.config_class)
        stored = carrier(model, dense, config)
        with new_folder(folder) as inside:
            stored.save_pretrained(inside)
            if tokenizer is not None:
                tokenizer.save_pretrained(inside)
    return Path(folder)


def _plain_config(found: Transformer, config_class: Any) -> Any:
    stated: dict[str, Any] = found.model.config.to_dict()  # type: ignore[operator, union-attr]
    for name in ("model_type", "auto_map", "ffn_sizes", "head_counts"):
        stated.pop(name, None)
    config = config_class.from_dict(stated)
    widths = [site.count for site in found.neurons]
    if len(set(widths)) != 1:
        raise ModelError(
            f"the blocks of {type(found.model).__name__} have {', '.join(map(str, widths))} neurons, and a plain "
            "config has room for one number; prune with the budget Uniform (--uniform), or store it with save_pruned"
        )
    whole = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    heads = [site.count for site in found.heads]
    if set(heads) != {whole}:
        raise ModelError(
            f"the blocks of {type(found.model).__name__} have {', '.join(map(str, heads))} of {whole} heads, and a "
            "plain config ties the size of a head to their number; keep all heads, or store it with save_pruned"
        )
    setattr(config, next(name for name in WIDTH_NAMES if hasattr(config, name)), widths[0])
    return config
