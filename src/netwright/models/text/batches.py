"""Texts as batches of tokens, padded to the longest text of each batch."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from netwright.records.errors import InputError

UNLIMITED = 10**9
"""A tokenizer that knows no limit names a number beyond this one."""


def pad_tokens(ids: Sequence[Sequence[int]], pad: int) -> dict[str, Tensor]:
    """Return texts of several lengths as one batch, padded on the right.

    Args:
        ids: The tokens of each text.
        pad: The token to pad with.

    Returns:
        `input_ids` and `attention_mask` (1 for a token, 0 for padding), int64 (N, longest).

    >>> pad_tokens([[5, 6, 7], [8]], pad=0)["input_ids"].tolist()
    [[5, 6, 7], [8, 0, 0]]
    """
    lengths = torch.tensor([len(one) for one in ids])
    longest = int(lengths.max())
    padded = torch.tensor([[*one, *[pad] * (longest - len(one))] for one in ids], dtype=torch.int64)
    return {"input_ids": padded, "attention_mask": (torch.arange(longest) < lengths[:, None]).long()}


def longest_text(model: nn.Module) -> int | None:
    """Return how many tokens a transformer can read at once, by its table of positions.

    Args:
        model: A model of `transformers`.

    Returns:
        The number; None where its configuration names none.

    >>> from transformers import BertConfig, BertModel
    >>> small = BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=32)
    >>> longest_text(BertModel(small))
    32
    """
    positions = getattr(getattr(model, "config", None), "max_position_embeddings", None)
    if positions is None:
        return None
    # RoBERTa counts positions from the one after its padding token, which stands in the table of positions
    first = next((part.padding_idx for name, part in model.named_modules() if _counts_from_padding(name, part)), None)
    return int(positions) - (0 if first is None else int(first) + 1)


def _counts_from_padding(name: str, part: nn.Module) -> bool:
    return isinstance(part, nn.Embedding) and name.endswith("position_embeddings") and part.padding_idx is not None


def text_batches(
    texts: Sequence[str],
    tokenizer: Any,
    batch_size: int = 32,
    max_length: int | None = None,
    limit: int | None = None,
) -> list[dict[str, Tensor]]:
    """Return texts as batches that a transformer takes as keyword arguments, in their order.

    A tokenizer without a padding token, as decoders have it, pads with its end of text; the mask says what is real.

    Args:
        texts: At least one.
        tokenizer: A tokenizer of `transformers`.
        batch_size: Texts a batch.
        max_length: Tokens of a text, special ones included; longer texts are cut. None cuts none.
        limit: Tokens that the model can read, as `longest_text` says; None for what the tokenizer says.

    Returns:
        Each batch: `input_ids` and `attention_mask`, int64 (at most batch_size, longest of the batch).

    Raises:
        InputError: There is no text, a text has no token, or one is longer than the model can read.
    """
    if not texts:
        raise InputError("found no texts; hand in one or more")
    if batch_size < 1 or (max_length is not None and max_length < 1):
        raise InputError(f"found batch_size={batch_size}, max_length={max_length}; pass at least 1")
    limit = _limit(tokenizer) if limit is None else limit
    if max_length is None:
        ids = tokenizer(list(texts), truncation=False, padding=False, verbose=False)["input_ids"]
    else:
        ids = tokenizer(list(texts), truncation=True, max_length=max_length, padding=False)["input_ids"]
    _check(texts, ids, limit)
    pad = tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id
    parts = (ids[start : start + batch_size] for start in range(0, len(ids), batch_size))
    return [pad_tokens(part, 0 if pad is None else pad) for part in parts]


def _limit(tokenizer: Any) -> int | None:
    limit = tokenizer.model_max_length
    return int(limit) if limit < UNLIMITED else None


def _check(texts: Sequence[str], ids: Sequence[Sequence[int]], limit: int | None) -> None:
    for number, (text, tokens) in enumerate(zip(texts, ids, strict=True), start=1):
        if not tokens:
            raise InputError(f"text {number} of {len(texts)} ({text[:40]!r}) has no token; leave it out")
        if limit is not None and len(tokens) > limit:
            raise InputError(
                f"text {number} of {len(texts)} ({text[:40]!r}...) has {len(tokens)} tokens, and the model reads at "
                f"most {limit}; shorten it, or pass max_length={limit} to cut every text there"
            )
