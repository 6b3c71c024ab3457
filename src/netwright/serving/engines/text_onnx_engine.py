"""ONNX Runtime behind a tokenizer: answers to texts without PyTorch and without `transformers`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import MissingExtraError, PackageError
from netwright.serving.engine import Answers
from netwright.serving.engines.onnx_engine import EMBEDDING, FILE, LOGITS, open_session
from netwright.serving.forms.form import Inputs

TOKENIZER, TOKENIZER_CONFIG = "tokenizer.json", "tokenizer_config.json"
IDS, MASK = "input_ids", "attention_mask"


class TextOnnxEngine:
    """Runs a transformer that was exported without its tokenizer; texts become tokens here, as they did in training.

    Args:
        folder: With `model.onnx`, `tokenizer.json` and `tokenizer_config.json`.
        tokens: Of a text at most; what is longer is cut.
        threads: That it may compute with.

    Raises:
        PackageError: A file cannot be read.
        MissingExtraError: The packages of the extra `text` are not installed.
    """

    name: ClassVar[str] = "onnx"

    def __init__(self, folder: Path, tokens: int, threads: int = 1) -> None:
        try:
            from tokenizers import Tokenizer
        except ModuleNotFoundError as error:
            raise MissingExtraError("serving a model of texts", "text") from error
        try:
            config = json.loads((folder / TOKENIZER_CONFIG).read_bytes())
            tokenizer = Tokenizer.from_str((folder / TOKENIZER).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise PackageError(f"the tokenizer in {folder} cannot be read ({error}); make the package anew") from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(tokens)
        self._tokenizer = tokenizer
        self._padding: int = tokenizer.token_to_id(_text_of(config.get("pad_token"))) or 0
        session = open_session(folder / FILE, threads)
        self._run = session.run
        self._outputs = [output.name for output in session.get_outputs()]

    def answer(self, inputs: Inputs) -> Answers:
        """Return the answers to rows of bytes, uint8 (N, L)."""
        texts = [row.tobytes().rstrip(b"\0").decode(errors="ignore") for row in inputs]
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        found = dict(zip(self._outputs, self._run(None, padded(ids, self._padding)), strict=True))
        return Answers(found[LOGITS], found.get(EMBEDDING))


def padded(ids: Sequence[Sequence[int]], padding: int) -> dict[str, NDArray[np.int64]]:
    """Return the tokens of texts as one batch, padded on the right to the longest.

    Args:
        ids: The tokens of each text.
        padding: The token to pad with.

    Returns:
        `input_ids` and `attention_mask` (1 for a token), int64 (N, longest).

    >>> padded([[5, 6], [8]], 0)["input_ids"].tolist()
    [[5, 6], [8, 0]]
    """
    lengths = np.array([len(one) for one in ids])
    filled = np.full((len(ids), max(1, int(lengths.max()))), padding, np.int64)
    for row, one in zip(filled, ids, strict=True):
        row[: len(one)] = one
    return {IDS: filled, MASK: (np.arange(filled.shape[1]) < lengths[:, None]).astype(np.int64)}


def _text_of(token: Any) -> str:
    # newer files hold the text of the token, older ones a description of it
    return str(token["content"] if isinstance(token, dict) else token)
