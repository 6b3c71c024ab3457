"""A transformer as an ONNX file that gives logits and, where there is one, the embedding of a text."""

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from netwright.models.text.classifier import TextClassifier
from netwright.serving.engines.embedded import Embedded
from netwright.serving.engines.onnx_engine import EMBEDDING, LOGITS
from netwright.serving.engines.text_onnx_engine import IDS, MASK


class Tokens(nn.Module):
    """A transformer that is asked with tokens and returns logits only.

    Args:
        network: A classifier of `transformers`.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        # where there is a cache of keys and values, the config says so
        self.options = {"use_cache": False} if hasattr(network.config, "use_cache") else {}

    def forward(self, both: Tensor) -> Tensor:
        """Return logits (N, K) of tokens and their mask, int64 (N, 2, T)."""
        logits: Tensor = self.network(input_ids=both[:, 0], attention_mask=both[:, 1], **self.options).logits
        return logits


class _Separate(nn.Module):
    def __init__(self, embedded: Embedded) -> None:
        super().__init__()
        self.embedded = embedded
        self.eval()

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        answers: Tensor | tuple[Tensor, Tensor] = self.embedded(torch.stack([input_ids, attention_mask], 1))
        return answers


def export_texts(model: TextClassifier, rows: Tensor, path: Path) -> None:
    """Write the network of a classifier of texts as an ONNX file for any number of texts of any length.

    Args:
        model: In evaluation mode.
        rows: Texts, uint8 (N, L), N at least 2, to trace it with.
        path: The file.
    """
    batch = model.tokenize(rows)
    embedded = Embedded(Tokens(model.network).eval(), torch.stack([batch[IDS], batch[MASK]], 1))
    separate = _Separate(embedded)
    given = (batch[IDS], batch[MASK])
    with warnings.catch_warnings():
        # the exporter warns that the axes of two inputs share a name, which they are meant to
        warnings.simplefilter("ignore", UserWarning)
        outputs = [LOGITS, *[EMBEDDING] * isinstance(separate(*given), tuple)]
        free = {0: torch.export.Dim.AUTO, 1: torch.export.Dim.AUTO}
        traced = torch.export.export(separate, given, dynamic_shapes=(free, free), strict=False)
        shape = {0: "samples", 1: "length"}
        program = torch.onnx.export(
            traced,
            dynamo=True,
            verbose=False,
            dynamic_shapes={IDS: shape, MASK: shape},
            input_names=[IDS, MASK],
            output_names=outputs,
        )
    assert program is not None  # it is None for the older exporter only
    program.save(path)
