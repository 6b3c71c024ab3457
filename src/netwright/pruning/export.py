"""Leaving Python: a transformer as an ONNX file, or as a program of `torch.export`, for batches of any shape."""

import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from netwright.qualities.backend import BackendError, attempt, quiet
from netwright.records.errors import MissingExtraError, ModelError, StorageError
from netwright.structure.evaluation_mode import evaluation_mode

LOGGERS = ("torch.onnx", "torch.export", "torch.fx", "onnxscript", "onnx_ir", "transformers")
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("logits", "last_hidden_state")

T = TypeVar("T")


class _Answers(nn.Module):
    """A transformer that returns one tensor, and keeps no cache of keys and values."""

    def __init__(self, model: nn.Module, output: str) -> None:
        super().__init__()
        self.model = model
        self.output = output
        # where there is a cache, the config says so
        self.options = {"use_cache": False} if hasattr(model.config, "use_cache") else {}

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor | None = None, token_type_ids: Tensor | None = None
    ) -> Tensor:
        given = zip(INPUTS, (input_ids, attention_mask, token_type_ids), strict=True)
        batch = {name: values for name, values in given if values is not None}
        answers: Tensor = getattr(self.model(**batch, **self.options), self.output)
        return answers


def export_onnx(model: nn.Module, example: Mapping[str, Tensor], path: str | Path) -> Path:
    """Write a transformer as an ONNX file that takes batches of any number of texts of any length.

    The inputs have the names of the example's tensors, the output is `logits`, or `last_hidden_state` of a model
    without a head. Weights beyond 1.5 GiB lie in a second file beside it, `<name>.data`.

    Args:
        model: A model of `transformers`, pruned or not; it is exported as in evaluation and stays as it is.
        example: A batch: `input_ids`, and `attention_mask` and `token_type_ids` where they are used, int64 (N, T).
        path: The file; its folder exists. What has its name is replaced.

    Returns:
        The path.

    Raises:
        ModelError: The model cannot be exported, or the example is no batch for it; the message says why.
        StorageError: The file cannot be written.
        MissingExtraError: The packages of the extra `export` are not installed.
    """
    try:
        import onnxscript  # noqa: F401 - the exporter needs it, and names no extra
    except ModuleNotFoundError as error:
        raise MissingExtraError("exporting to ONNX", "export") from error
    program, output = _traced(model, example)
    shapes = {name: {0: "batch", 1: "length"} for name in example}

    def convert() -> Any:
        return torch.onnx.export(program, dynamo=True, verbose=False, dynamic_shapes=shapes, output_names=[output])

    with quiet(*LOGGERS):
        # the exporter warns that the axes of two inputs share a name, which they are meant to
        warnings.simplefilter("ignore", UserWarning)
        return _written(Path(path), _attempted(model, convert).save)


def export_program(model: nn.Module, example: Mapping[str, Tensor], path: str | Path) -> Path:
    """Write a transformer as a program of `torch.export` that takes batches of any number of texts of any length.

    `torch.export.load(path).module()(**batch)` then gives its logits, or the last hidden state of a model without a
    head, in a process that has neither `transformers` nor netwright.

    Args:
        model: A model of `transformers`, pruned or not; it is exported as in evaluation and stays as it is.
        example: A batch: `input_ids`, and `attention_mask` and `token_type_ids` where they are used, int64 (N, T).
        path: The file, ending in `.pt2`; its folder exists. What has its name is replaced.

    Returns:
        The path.

    Raises:
        ModelError: The model cannot be exported, or the example is no batch for it; the message says why.
        StorageError: The file cannot be written.
    """
    if Path(path).suffix != ".pt2":
        raise ModelError(f"{path} does not end in .pt2, which torch.export.load asks for; add that to the name")
    program, _ = _traced(model, example)
    with quiet(*LOGGERS):
        return _written(Path(path), lambda place: torch.export.save(program, place))


def _traced(model: nn.Module, example: Mapping[str, Tensor]) -> tuple[torch.export.ExportedProgram, str]:
    batch = _batch(example)
    free = {name: {0: torch.export.Dim.AUTO, 1: torch.export.Dim.AUTO} for name in batch}
    # tensors of inference mode cannot be traced
    with evaluation_mode(model), quiet(*LOGGERS), torch.inference_mode(False), torch.no_grad():
        output = _output(model, batch)
        answers = _Answers(model, output).eval()
        export = torch.export.export
        return _attempted(model, lambda: export(answers, (), batch, dynamic_shapes=free, strict=False)), output


def _batch(example: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a batch of two texts or more: a size of one would be taken for a constant."""
    names = [name for name in INPUTS if name in example]
    if "input_ids" not in names or len(names) < len(example):
        raise ModelError(
            f"the example has {', '.join(example) or 'nothing'}; an export takes {', '.join(INPUTS)}, of which "
            "input_ids is needed"
        )
    shape = example["input_ids"].shape
    if len(shape) != 2 or shape[1] < 2 or any(example[name].shape != shape for name in names):
        shapes = ", ".join(f"{name} {tuple(example[name].shape)}" for name in names)
        raise ModelError(f"the example has {shapes}; give tensors of one shape (texts, tokens) with two tokens or more")
    return {name: example[name].clone().repeat(2 if len(example[name]) == 1 else 1, 1) for name in names}


def _output(model: nn.Module, batch: dict[str, Tensor]) -> str:
    answers = _attempted(model, lambda: model(**batch))
    found = [name for name in OUTPUTS if hasattr(answers, name)]
    if not found:
        raise ModelError(f"{type(model).__name__} returns neither {' nor '.join(OUTPUTS)}; export a model that does")
    return found[0]


def _attempted(model: nn.Module, call: Callable[[], T]) -> T:
    try:
        return attempt(call)
    except BackendError as error:
        raise ModelError(f"{type(model).__name__} cannot be exported: {error}; store it with save_pruned") from error


def _written(path: Path, save: Callable[[Path], object]) -> Path:
    """Write into a folder beside a file, then move what came of it into place."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as place:
            save(Path(place, path.name))
            # the file that names others comes last
            for made in sorted(Path(place).iterdir(), key=lambda made: made.name == path.name):
                made.replace(path.parent / made.name)
    except OSError as error:
        raise StorageError(
            f"could not write {path}: {error.strerror or error}; name a file in a folder that you may write to"
        ) from error
    return path
