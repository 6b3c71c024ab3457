"""What a training needs to go on exactly where it was, and what is kept when it is done."""

import hashlib
import io
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from netwright.machine.durable import write_durably
from netwright.records.errors import LedgerError
from netwright.records.trial import Epoch

_log = logging.getLogger(__name__)
_HEADER = b"netwright checkpoint 1 "


@dataclass(frozen=True)
class Checkpoint:
    """The whole state of a training after an epoch.

    Args:
        training: What is trained, in words; a checkpoint serves that training only.
        model: Its state.
        optimizer: Its state.
        schedule: Its state.
        random: Random state of torch, numpy and Python, of the batch order under `batches`, and of augmentation under
            `augment`.
        epochs: The epochs so far.
        seconds: Wall time of the work that led here, over all attempts, validation and writing included.
        attempts: How often the training had been started.
        onlooker: State of whoever looks on.
    """

    training: str
    model: dict[str, Tensor]
    optimizer: dict[str, Any]
    schedule: dict[str, Any]
    random: dict[str, Tensor]
    epochs: tuple[Epoch, ...]
    seconds: float
    attempts: int
    onlooker: dict[str, Any] = field(default_factory=dict)


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, whole or not at all.

    Args:
        path: The file; its folder exists.
        checkpoint: The state.
    """
    content = vars(checkpoint) | {"epochs": [epoch.to_json() for epoch in checkpoint.epochs]}
    buffer = io.BytesIO()
    torch.save(content, buffer)
    data = buffer.getvalue()
    write_durably(path, _seal(data) + data)


def load_checkpoint(path: Path) -> Checkpoint | None:
    """Return the checkpoint in a file.

    A file whose content does not match the SHA-256 at its beginning (cut short, bits flipped) counts as absent, and a
    warning is logged. Only tensors and plain values are read (`weights_only=True`): a checkpoint runs no code.

    Args:
        path: The file.

    Returns:
        The state, or None where there is no whole one.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    seal, data = content[: len(_seal(b""))], content[len(_seal(b"")) :]
    if seal != _seal(data):
        _log.warning("%s is no whole checkpoint (cut short or damaged); the training starts anew", path)
        return None
    fields = torch.load(io.BytesIO(data), weights_only=True)
    return Checkpoint(**fields | {"epochs": tuple(Epoch.from_json(text) for text in fields["epochs"])})


def save_weights(path: Path, model: nn.Module) -> None:
    """Write a model's parameters and buffers as safetensors, whole or not at all.

    Args:
        path: The file; its folder exists.
        model: Any module; tensors that it shares are written once for each name.
    """
    # safetensors refuses tensors that share memory or have gaps
    state = {name: tensor.detach().clone().contiguous() for name, tensor in model.state_dict().items()}
    write_durably(path, safetensors.torch.save(state))


def load_weights(path: Path, model: nn.Module) -> None:
    """Read a model's parameters and buffers from safetensors.

    Args:
        path: The file.
        model: A module of the same structure; it is changed in place.

    Raises:
        LedgerError: The file is missing, damaged, or of another structure.
    """
    try:
        model.load_state_dict(safetensors.torch.load(path.read_bytes()))
    except FileNotFoundError as error:
        raise LedgerError(f"there are no weights at {path}; run the trial again") from error
    except SafetensorError as error:
        raise LedgerError(f"{path} is no whole safetensors file ({error}); run the trial again") from error
    except RuntimeError as error:
        raise LedgerError(f"{path} holds the weights of another model than {type(model).__name__}: {error}") from error


def _seal(data: bytes) -> bytes:
    return _HEADER + hashlib.sha256(data).hexdigest().encode() + b"\n"
