"""Starting from weights on disk: transfer learning."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from netwright.models.fits_itself import FitsItself
from netwright.records.errors import CandidateError


@dataclass(frozen=True)
class Start:
    """What a model took over from a file of weights.

    Args:
        taken: Names of the tensors that were taken over, in the model's order.
        left_out: Name -> why, of every other tensor of the model or the file.
        sha256: Of the file, 64 hexadecimal digits.
    """

    taken: tuple[str, ...]
    left_out: dict[str, str]
    sha256: str

    def __str__(self) -> str:
        rest = "; ".join(f"{name}: {why}" for name, why in self.left_out.items())
        return f"{len(self.taken)} tensors taken over" + (f", {len(self.left_out)} not: {rest}" if rest else "")


def start_from(model: nn.Module, path: str | Path) -> Start:
    """Take over from a safetensors file each tensor that has the name and the shape of one of the model.

    What does not fit stays as it was: a head for other classes keeps its fresh weights, which is transfer learning.
    Floating numbers are converted to the model's type. The file is data only: reading it runs no code.

    Args:
        model: Changed in place.
        path: The file.

    Returns:
        What was taken over, and what was left out and why.

    Raises:
        CandidateError: The file is missing or no safetensors file, no parameter fits, or the model fits itself and so
            has no start.

    Source: Yosinski et al. 2014, "How transferable are features in deep neural networks?", section 2.

    >>> import tempfile
    >>> old, new = (nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, classes)) for classes in (10, 2))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     safetensors.torch.save_file(old.state_dict(), Path(folder, "old.safetensors"))
    ...     start = start_from(new, Path(folder, "old.safetensors"))
    >>> start.taken, bool(torch.equal(new[0].weight, old[0].weight))
    (('0.weight', '0.bias'), True)
    >>> start.left_out["2.bias"]
    'its shape is (10,) in the file and (2,) in the model'
    """
    path = Path(path)
    if isinstance(model, FitsItself):
        raise CandidateError(
            f"{type(model).__name__} fits itself and has no weights to start from; leave recipe.weights ({path}) out"
        )
    stored, digest = _read(path)
    own = model.state_dict()
    left_out = {name: why for name, tensor in own.items() if (why := _misfit(stored.get(name), tensor))}
    taken = tuple(name for name in own if name not in left_out)
    if not set(taken) & {name for name, _ in model.named_parameters()}:
        first = next(iter(left_out.items()), ("the model", "it has no tensors"))
        raise CandidateError(
            f"{path} has no weights that fit {type(model).__name__}, such as {first[0]}: {first[1]}; take weights of "
            "the same architecture, width and depth"
        )
    with torch.no_grad():
        for name in taken:
            # the state shares its memory with the model
            own[name].copy_(stored[name])
    unknown = {name: "the model has no such tensor" for name in sorted(stored) if name not in own}
    return Start(taken, left_out | unknown, digest)


def _read(path: Path) -> tuple[dict[str, Tensor], str]:
    try:
        content = path.read_bytes()
        return safetensors.torch.load(content), hashlib.sha256(content).hexdigest()
    except OSError as error:
        raise CandidateError(f"{path} cannot be read: {error.strerror}; correct recipe.weights") from error
    except SafetensorError as error:
        raise CandidateError(
            f"{path} is no whole safetensors file ({error}); save the weights with safetensors, never as a pickle"
        ) from error


def _misfit(stored: Tensor | None, own: Tensor) -> str:
    if stored is None:
        return "the file has no such tensor"
    if stored.shape != own.shape:
        return f"its shape is {tuple(stored.shape)} in the file and {tuple(own.shape)} in the model"
    if stored.is_floating_point() != own.is_floating_point():
        return f"its type is {stored.dtype} in the file and {own.dtype} in the model"
    if not bool(torch.isfinite(stored.float()).all()):
        return "it has numbers in the file that are not finite"
    return ""
