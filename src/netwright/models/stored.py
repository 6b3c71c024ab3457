"""A trained model as a folder: what it was built from, beside its weights."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import safetensors.torch
from pydantic import ValidationError
from safetensors import SafetensorError
from torch import Tensor, nn

from netwright.machine.durable import write_durably
from netwright.models.build import build
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError, InputError, StorageError
from netwright.records.record import Record

CONFIG, WEIGHTS = "config.json", "model.safetensors"


class StoredConfig(Record):
    """What the file `config.json` of a stored model says.

    Args:
        format: Of the folder.
        candidate: What the model was built and trained from.
        shape: Of one input, such as (3, 16, 32, 32) of a clip.
        classes: What each logit means, in order.
        data: Name or address of what it was trained on; empty where that is not known.
    """

    format: Literal["netwright model 1"] = "netwright model 1"
    candidate: Candidate
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    data: str = ""


@dataclass(frozen=True, eq=False)
class Stored:
    """A model that was read back.

    Args:
        model: With its trained weights, in evaluation mode.
        candidate: What it was built and trained from.
        shape: Of one input.
        classes: What each logit means, in order.
    """

    model: nn.Module
    candidate: Candidate
    shape: tuple[int, ...]
    classes: tuple[str, ...]


def save_stored(
    folder: str | Path,
    candidate: Candidate,
    shape: Sequence[int],
    classes: Sequence[str],
    model: nn.Module,
    data: str = "",
) -> None:
    """Write a model into a folder: `config.json` and `model.safetensors`, each whole or not at all.

    Args:
        folder: Where to; made where it is missing.
        candidate: What `model` was built from, by `netwright.models.build`.
        shape: Of one input.
        classes: What each logit means, in order.
        model: The trained model.
        data: Name or address of what it was trained on, where that is known.

    Raises:
        CandidateError: The candidate is pruned: its options do not say which shape is left.
        StorageError: The folder cannot be written.

    >>> import tempfile
    >>> candidate = Candidate(name="small", model="mlp", options={"hidden": [4]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_stored(folder, candidate, (3,), ("no", "yes"), build(candidate, (3,), 2))
    ...     load_stored(folder).classes
    ('no', 'yes')
    """
    if candidate.prune is not None:
        raise CandidateError(
            f"{candidate.name} is pruned from {candidate.prune.base}, and its options do not say what is left of each "
            "layer; store it in the layout of transformers, with netwright.pruning.save.save_pruned"
        )
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"could not make {folder}: {error.strerror}; choose another folder") from error
    config = StoredConfig(candidate=candidate, shape=tuple(shape), classes=tuple(classes), data=data)
    # safetensors refuses tensors that share memory or have gaps
    state = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in model.state_dict().items()}
    write_durably(folder / WEIGHTS, safetensors.torch.save(state))
    # last: a folder with a config has its weights
    write_durably(folder / CONFIG, config.to_json(indent=2).encode())


def load_stored(folder: str | Path, factories: Collection[str] = ()) -> Stored:
    """Return the model that `save_stored` wrote; nothing in the folder is run or unpickled.

    The folder names the factory that builds the model. One of the catalog is taken as it is; one of a user is code, and
    is imported only where the caller names it too.

    Args:
        folder: The folder.
        factories: Factories outside the catalog that may be imported, `package.module:function`.

    Returns:
        The model in evaluation mode, with what is known of it.

    Raises:
        InputError: There is no such folder, or it holds something else.
        CandidateError: The model cannot be built, or its weights are missing, damaged or another model's.

    >>> load_stored("nowhere")
    Traceback (most recent call last):
    netwright.records.errors.InputError: nowhere has no config.json; name a folder that netwright checkpoint wrote
    """
    folder = Path(folder)
    config = read_config(folder)
    candidate = config.candidate
    if ":" in candidate.model and candidate.model not in factories:
        raise CandidateError(
            f"{folder} is of the factory {candidate.model}, which is code outside netwright; if you trust it, name it "
            "as a factory that may be imported"
        )
    model = build(candidate, config.shape, len(config.classes))
    _fill(model, folder / WEIGHTS)
    return Stored(model.eval(), candidate, config.shape, config.classes)


def read_config(folder: Path) -> StoredConfig:
    """Return what a stored model's folder says of it.

    Args:
        folder: The folder.

    Returns:
        The content of its `config.json`.

    Raises:
        InputError: There is none, or it is of another kind.
    """
    path = folder / CONFIG
    try:
        return StoredConfig.from_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{folder} has no {CONFIG}; name a folder that netwright checkpoint wrote") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(
            f"{path} is no config of a model that netwright stored ({where}: {first['msg']}); name a folder that "
            "netwright checkpoint wrote"
        ) from error


def _fill(model: nn.Module, path: Path) -> None:
    try:
        model.load_state_dict(_read(path))
    except RuntimeError as error:
        raise CandidateError(
            f"{path} holds the weights of another model than its {CONFIG} says ({type(model).__name__}): {error}; "
            "write the folder again with netwright checkpoint"
        ) from error


def _read(path: Path) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load(path.read_bytes())
    except OSError as error:
        raise CandidateError(f"{path} cannot be read: {error.strerror}; write the folder again") from error
    except SafetensorError as error:
        raise CandidateError(
            f"{path} is no whole safetensors file ({error}); write the folder again with netwright checkpoint"
        ) from error
