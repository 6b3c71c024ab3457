"""Storing a smaller transformer whose blocks have different sizes, in the layout of `transformers`."""

from pathlib import Path
from typing import Any

from torch import nn

from netwright.models.text.library import transformers_library
from netwright.models.text.uneven import uneven_class, uneven_config
from netwright.pruning.carrier import carrier
from netwright.pruning.new_folder import new_folder
from netwright.structure.transformer.read import read_transformer


def save_pruned(model: nn.Module, folder: str | Path, tokenizer: Any = None) -> Path:
    """Store a pruned transformer so that `transformers` alone can load it.

    The folder holds `config.json` with a `model_type` of its own, `ffn_sizes` and `head_counts`; the weights as
    safetensors; and one small file of code that builds the shrunken blocks. It is loaded by
    `AutoModelForSequenceClassification.from_pretrained(folder, trust_remote_code=True)` and the like, without
    netwright, or by `netwright.models.text.uneven.read_uneven(folder)`, without running the code in the folder.

    Args:
        model: A BERT, RoBERTa, DistilBERT, GPT-2 or Llama of `transformers`, pruned by `apply_plan` or not.
        folder: Where to; it must not exist, or be empty.
        tokenizer: A tokenizer of `transformers` that is stored beside it.

    Returns:
        The folder.

    Raises:
        ModelError: The model is of another class, or its weights do not fit its config.
        InputError: The folder holds something already.
        StorageError: It cannot be written; nothing is left behind.
        MissingExtraError: `transformers` is not installed.
    """
    found = read_transformer(model)
    with transformers_library():
        config = uneven_config(model, [site.count for site in found.neurons], [site.count for site in found.heads])
        stored = carrier(model, uneven_class(model), config)
        with new_folder(folder) as inside:
            stored.save_pretrained(inside)
            if tokenizer is not None:
                tokenizer.save_pretrained(inside)
    return Path(folder)
