"""A batch of a stated shape without padding, for timing and for counting arithmetic."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from netwright.records.errors import InputError
from netwright.structure.transformer.stream import Batch


def batch_of_shape(model: nn.Module, batches: Sequence[Batch], texts: int, tokens: int) -> dict[str, Tensor]:
    """Return a batch of full rows, made of the real tokens of other batches, again and again.

    Padding takes as long to compute as texts do, so a full batch is what a shape costs.

    Args:
        model: What it is for: its config says how many tokens it takes.
        batches: At least one, with `input_ids`.
        texts: Rows.
        tokens: Of each row.

    Returns:
        `input_ids` and `attention_mask`, int64 (texts, tokens).

    Raises:
        InputError: No tokens, a shape without rows, or rows longer than the model takes.

    >>> seen = [{"input_ids": torch.tensor([[5, 6, 0]]), "attention_mask": torch.tensor([[1, 1, 0]])}]
    >>> batch_of_shape(nn.Identity(), seen, 2, 3)["input_ids"].tolist()
    [[5, 6, 5], [6, 5, 6]]
    """
    longest = getattr(getattr(model, "config", None), "max_position_embeddings", None)
    if texts < 1 or tokens < 1:
        raise InputError(f"found a batch of {texts} x {tokens}; ask for at least 1 x 1, such as 4 x 128")
    if longest is not None and tokens > longest:
        raise InputError(f"found rows of {tokens} tokens, and the model takes {longest}; ask for shorter ones")
    rows = [
        batch["input_ids"][batch.get("attention_mask", torch.ones_like(batch["input_ids"])) != 0] for batch in batches
    ]
    real = torch.cat(rows) if rows else torch.empty(0)
    if not len(real):
        raise InputError("there are no real tokens to make a batch of; hand in texts")
    ids = real.repeat(-(-texts * tokens // len(real)))[: texts * tokens].reshape(texts, tokens)
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
