"""Transformers of `transformers` whose blocks have sizes of their own: which class they get, and reading them."""

import json
from pathlib import Path
from typing import Any

from torch import nn

from netwright.models.text.library import transformers_library
from netwright.records.errors import InputError, ModelError

PREFIX = "Netwright"
CONFIG, WEIGHTS = "config.json", "model.safetensors"


def uneven_class(model: nn.Module) -> Any:
    """Return the class that stores a model with blocks of different sizes.

    It is the model's own class, except that it shrinks its blocks to `ffn_sizes` and `head_counts` of its config.

    Args:
        model: A model of `transformers`, or one that was read by `read_uneven`.

    Returns:
        The class, of `modeling_netwright.py`.

    Raises:
        ModelError: There is none for that model's class; the message names those that there are.

    >>> from transformers import BertConfig, BertModel
    >>> small = BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=12)
    >>> uneven_class(BertModel(small)).__name__
    'NetwrightBertModel'
    """
    from netwright.models.text import modeling_netwright as stored

    name = type(model).__name__.removeprefix(PREFIX)
    found = getattr(stored, PREFIX + name, None)
    # a namesake from elsewhere may compute something else
    if found is None or not isinstance(model, found.__bases__[1]):
        known = ", ".join(sorted(name.removeprefix(PREFIX) for name in _stored_names(stored)))
        raise ModelError(
            f"{type(model).__module__}.{type(model).__name__} cannot be stored with blocks of different sizes; known "
            f"are these classes of transformers: {known}. Of a model that holds one of them, hand in that part"
        )
    return found


def uneven_config(model: nn.Module, ffn_sizes: list[int], head_counts: list[int]) -> Any:
    """Return the config that `uneven_class` is built from.

    Args:
        model: A model for which there is an `uneven_class`; its config stays as it is.
        ffn_sizes: Neurons of each block.
        head_counts: Heads of each block; of grouped queries, keys.

    Returns:
        The config; its `auto_map` names every class of the family, so that the base model can get another head.
    """
    from netwright.models.text import modeling_netwright as stored

    config_class = uneven_class(model).config_class
    stated: dict[str, Any] = model.config.to_dict()  # type: ignore[operator, union-attr]
    del stated["model_type"]
    stated |= {"ffn_sizes": ffn_sizes, "head_counts": head_counts}
    family = {name: found for name, found in _stored_names(stored).items() if found.config_class is config_class}
    module = stored.__name__.rpartition(".")[2]
    stated["auto_map"] = {found._auto_class: f"{module}.{name}" for name, found in family.items()}
    stated["auto_map"]["AutoConfig"] = f"{module}.{config_class.__name__}"
    return config_class.from_dict(stated)


def is_uneven(folder: str | Path) -> bool:
    """Return whether a folder holds a model with blocks of different sizes; False where it holds none that is known.

    >>> is_uneven("/nowhere")
    False
    """
    path = Path(folder, CONFIG)
    return path.is_file() and str(_stated(path).get("model_type", "")).startswith(PREFIX.lower())


def read_uneven(folder: str | Path) -> Any:
    """Read a model with blocks of different sizes; the code that lies beside its weights is not run.

    Args:
        folder: What `netwright.pruning.save.save_pruned` wrote, or `save_pretrained` of such a model.

    Returns:
        The model, in evaluation mode, on the processor; a subclass of the class that was pruned.

    Raises:
        ModelError: A file is missing, damaged, or does not fit the others; the message names it.
        MissingExtraError: `transformers` is not installed.
    """
    config, stated = Path(folder, CONFIG), _stated(Path(folder, CONFIG))
    names = stated.get("architectures") or [""]
    with transformers_library():
        from netwright.models.text import modeling_netwright as stored

        found = _stored_names(stored).get(names[0])
        if found is None:
            raise ModelError(
                f"{config} describes {names[0] or 'no class'} (model type {stated.get('model_type', 'not given')}), "
                "which has no blocks of different sizes; read it with transformers.AutoModel"
            )
        return _read_weights(Path(folder), found)


def _read_weights(folder: Path, model_class: Any) -> Any:
    from safetensors import SafetensorError

    path = next(iter(sorted(folder.glob("*.safetensors"))), folder / WEIGHTS)
    try:
        model, told = model_class.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, output_loading_info=True
        )
    except (SafetensorError, OSError) as error:
        raise ModelError(
            f"{path} cannot be read: {_line(error)}; copy the folder once more, or save it anew"
        ) from error
    except (RuntimeError, ValueError, TypeError) as error:
        raise ModelError(
            f"{folder / CONFIG} and {path} do not fit each other: {_line(error)}; take both from one saved model"
        ) from error
    for fault in ("missing", "unexpected"):
        names = sorted(told[f"{fault}_keys"])
        if names:
            raise ModelError(
                f"{path} does not fit {folder / CONFIG}: {fault} {', '.join(names)}; take both from one saved model"
            )
    return model


def _stated(path: Path) -> dict[str, Any]:
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}; name the folder of a saved model") from error
    if not isinstance(stated, dict):
        raise InputError(f"{path} holds {type(stated).__name__}, not an object; name the folder of a saved model")
    return stated


def _line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _stored_names(stored: Any) -> dict[str, Any]:
    return {
        name: found
        for name, found in vars(stored).items()
        if name.startswith(PREFIX) and isinstance(found, type) and issubclass(found, stored.Uneven)
    }
