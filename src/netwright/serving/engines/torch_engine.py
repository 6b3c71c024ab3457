"""PyTorch: answers of a model that has no equal and faster export."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from netwright.records.package import PackagedModel
from netwright.serving.engine import Answers
from netwright.serving.forms.form import Inputs

if TYPE_CHECKING:
    from torch import nn

MOST_TOKENS = 512


class TorchEngine:
    """Runs a module.

    Args:
        model: In evaluation mode; it is used by nobody else.
        example: Inputs (1, ...) to try it with.
        threads: That torch may compute with, in the whole process.
    """

    name: ClassVar[str] = "torch"

    def __init__(self, model: "nn.Module", example: Inputs, threads: int = 1) -> None:
        # a service that runs by ONNX Runtime never comes here, and never pays for torch
        import torch

        from netwright.serving.engines.embedded import Embedded

        torch.set_num_threads(threads)
        self._torch = torch
        self._model = Embedded(model.eval(), torch.from_numpy(np.array(example)))

    def answer(self, inputs: Inputs) -> Answers:
        """Return the answers to inputs (N, *shape)."""
        # a request's bytes are read-only, which torch warns of
        given = self._torch.from_numpy(inputs if inputs.flags.writeable else inputs.copy())
        with self._torch.inference_mode():
            found: Any = self._model(given)
        if isinstance(found, tuple):
            return Answers(found[0].float().numpy(), found[1].float().numpy())
        return Answers(found.float().numpy())


def load_module(folder: Path, model: PackagedModel, factories: tuple[str, ...] = ()) -> "nn.Module":
    """Return the module that a package holds.

    Args:
        folder: Of the package.
        model: Which of its models.
        factories: Factories outside the catalog that may be imported.

    Returns:
        The module in evaluation mode.
    """
    place = folder / model.folder
    if model.layout == "netwright":
        from netwright.models.stored import load_stored

        return load_stored(place, factories).model
    from netwright.models.text.checkpoint import read_checkpoint
    from netwright.models.text.classifier import TextClassifier

    network, tokenizer = read_checkpoint(place)
    return TextClassifier(network, tokenizer, model.tokens or MOST_TOKENS).eval()
