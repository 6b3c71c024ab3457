"""The pretrained MiniLM in the cache: where it is, its vocabulary, and its embeddings of tokens."""

from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor, nn

from netwright.machine.cache import cache_folder
from netwright.models.text.library import transformers_library
from netwright.records.errors import CandidateError

NAME = "minilm"
NEEDED = ("config.json", "tokenizer.json", "model.safetensors")
EMBEDDINGS = "embeddings.word_embeddings.weight"
"""How MiniLM's weights name the table of token embeddings."""


def minilm_folder(model: str) -> Path:
    """Return where MiniLM is on this machine.

    Args:
        model: The architecture that needs it, for the message.

    Returns:
        A folder in the layout of `transformers`.

    Raises:
        CandidateError: It has not been fetched.
    """
    folder = cache_folder() / NAME
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise CandidateError(
            f"{model} needs the pretrained MiniLM, and {folder} has no {', '.join(missing)}; run: netwright data fetch "
            f"{NAME}"
        )
    return folder


def read_tokenizer(folder: Path) -> Any:
    """Return the tokenizer of a folder, from that folder alone.

    Args:
        folder: In the layout of `transformers`.

    Returns:
        A tokenizer of `transformers`.
    """
    with transformers_library() as transformers:
        return transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def start_embeddings(model: str, table: nn.Embedding) -> None:
    """Take MiniLM's embeddings of tokens as the start of a table.

    Args:
        model: The architecture, for the message.
        table: Changed in place; its tokens are those of MiniLM's vocabulary.

    Raises:
        CandidateError: The table has another width.
    """
    stored = _stored_embeddings(minilm_folder(model) / "model.safetensors")
    if stored.shape != table.weight.shape:
        raise CandidateError(
            f'{model}: found width {table.embedding_dim} with embeddings = "minilm", whose table is '
            f"{tuple(stored.shape)}; write width = {stored.shape[1]}, or leave embeddings out"
        )
    with torch.no_grad():
        table.weight.copy_(stored)


def _stored_embeddings(path: Path) -> Tensor:
    with safe_open(path, framework="pt") as file:
        name = next(name for name in file.keys() if name.endswith(EMBEDDINGS))  # noqa: SIM118 - it is no mapping
        stored: Tensor = file.get_tensor(name)
    return stored
