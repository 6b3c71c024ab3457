"""Any local model in the layout of `transformers`: read as data, never run as code."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from torch import nn

from netwright.models.text.library import transformers_library
from netwright.models.text.vocabulary import read_tokenizer
from netwright.records.errors import ModelError

CONFIG = "config.json"
OWN_TYPE = "netwright_"
"""How the types of models begin whose layers differ in width, which `transformers` has no class for."""
TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "spiece.model")
"""Files of which a tokenizer needs one; without any, `transformers` makes one up that knows no word."""
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")


def read_checkpoint(folder: str | Path) -> tuple[nn.Module, Any]:
    """Return the model and the tokenizer that a folder holds.

    The class is the first of `architectures` in config.json. Weights are read from safetensors only, and no code of the
    folder runs; the network is never asked.

    Args:
        folder: As `save_pretrained` of `transformers` writes it.

    Returns:
        (model in evaluation mode, tokenizer).

    Raises:
        ModelError: Something is missing there, or it cannot be read safely; the message says what.
    """
    folder = Path(folder)
    config = check_folder(folder)
    kind = str(config.get("model_type", ""))
    if kind.startswith(OWN_TYPE):
        # imported here, because few models are of that kind
        from netwright.models.text.uneven import read_uneven

        model: nn.Module = read_uneven(folder)
    else:
        model = _read_model(folder, config)
    return model.eval(), checkpoint_tokenizer(folder)


def check_folder(folder: Path) -> dict[str, Any]:
    """Look at a folder before anything in it is loaded.

    Args:
        folder: In the layout of `transformers`.

    Returns:
        Its configuration.

    Raises:
        ModelError: There is no configuration, no safetensors file, or the model needs code of its own.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder} is no folder; name a folder with {CONFIG}, model.safetensors and tokenizer.json")
    config = _read_config(folder / CONFIG)
    own = str(config.get("model_type", "")).startswith(OWN_TYPE)
    if "auto_map" in config and not own:
        raise ModelError(
            f"{folder / CONFIG} asks for code of its own (auto_map), which is never run; load the model yourself and "
            "hand it in as a torch.nn.Module"
        )
    if not any(folder.glob("*.safetensors")):
        pickled = sorted(path.name for pattern in PICKLES for path in folder.glob(pattern))
        found = f"only {', '.join(pickled)}, which is a pickle and is never read" if pickled else "no weights"
        raise ModelError(f"{folder} has {found}; save the model there with save_pretrained, which writes safetensors")
    return config


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{path.parent} has no {path.name}; save the model there with save_pretrained") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}); save the model anew with save_pretrained") from error
    if not isinstance(config, dict):
        raise ModelError(f"{path} holds {type(config).__name__}, not a configuration; save the model anew")
    return config


def _read_model(folder: Path, config: dict[str, Any]) -> nn.Module:
    named = config.get("architectures") or ()
    if not named:
        raise ModelError(
            f"{folder / CONFIG} names no architectures; add the class that the weights are of, such as "
            '"architectures": ["BertForSequenceClassification"]'
        )
    with transformers_library() as transformers:
        kind: Any = getattr(transformers, str(named[0]), None)
        if not hasattr(kind, "from_pretrained"):
            raise ModelError(
                f"{folder / CONFIG} names the architecture {named[0]!r}, which transformers {transformers.__version__} "
                "does not have; install a version that has it, or load the model yourself and hand it in"
            )
        try:
            model, found = kind.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelError(f"{folder} cannot be read as {named[0]}: {error}") from error
    if found["missing_keys"]:
        lost = ", ".join(sorted(found["missing_keys"])[:3])
        raise ModelError(
            f"{folder} lacks weights of {named[0]}, such as {lost}: they would be random; save the whole model there"
        )
    return model  # type: ignore[no-any-return]


def checkpoint_tokenizer(folder: Path) -> Any:
    """Return the tokenizer of a folder.

    Args:
        folder: In the layout of `transformers`.

    Returns:
        A tokenizer of `transformers`.

    Raises:
        ModelError: There is none, or it cannot be read.
    """
    remedy = "save it there, beside the model, with tokenizer.save_pretrained"
    if not any((folder / name).is_file() for name in TOKENIZERS):
        raise ModelError(f"{folder} has no tokenizer (looked for {', '.join(TOKENIZERS)}); {remedy}")
    try:
        return read_tokenizer(folder)
    except (OSError, ValueError) as error:
        raise ModelError(f"the tokenizer in {folder} cannot be read ({error}); {remedy}") from error
