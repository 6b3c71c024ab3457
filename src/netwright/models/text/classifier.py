"""A transformer that classifies texts, with the tokenizer that it was trained with."""

from typing import Any

import torch
from torch import Tensor, nn

from netwright.models.text.batches import pad_tokens
from netwright.models.text.byte_rows import decode_rows
from netwright.records.errors import ModelError

WORD = b"a "
"""A text of these words has one token for every two bytes."""


class TextClassifier(nn.Module):
    """Bytes of texts -> tokens -> logits.

    What is measured of it includes the tokenizer, as its users feel it. The tokenizer is no part of the state, so the
    weights hold numbers only; it goes along with copies and pickles of the module.

    Args:
        network: A classifier of `transformers`: called with `input_ids` and `attention_mask`, it returns `logits`.
        tokenizer: A tokenizer of `transformers` with a padding token.
        max_length: Tokens of a text, special ones included; what is longer is cut.
    """

    def __init__(self, network: nn.Module, tokenizer: Any, max_length: int) -> None:
        super().__init__()
        self.network = network
        self.tokenizer = tokenizer
        self.max_length = max_length

    def extra_repr(self) -> str:
        """Return what is no module: the length."""
        return f"max_length={self.max_length}"

    def forward(self, inputs: Tensor) -> Tensor:
        """Return logits (N, K) of rows of bytes, uint8 (N, L)."""
        logits: Tensor = self.network(**self.tokenize(inputs)).logits
        return logits

    def tokenize(self, inputs: Tensor) -> dict[str, Tensor]:
        """Return the tokens of texts, padded to the longest of them, so that short texts are cheap.

        Args:
            inputs: Rows of UTF-8 bytes, uint8 (N, L); a row of zeros is an empty text.

        Returns:
            `input_ids` and `attention_mask`, int64 (N, longest).

        Raises:
            ModelError: The model is being exported: a graph of tensors has no place for a tokenizer.
        """
        if torch.compiler.is_exporting():
            raise ModelError(
                "a model of texts cannot be exported with its tokenizer, which computes on strings; export its "
                "`network`, which takes input_ids and attention_mask"
            )
        texts = decode_rows(inputs)
        ids = self.tokenizer(texts, truncation=True, max_length=self.max_length, padding=False)["input_ids"]
        batch = pad_tokens(ids, self.tokenizer.pad_token_id)
        return {name: values.to(inputs.device) for name, values in batch.items()}

    def example_inputs(self, count: int, shape: tuple[int, ...]) -> Tensor:
        """Return texts as long as this model reads them, for whoever must know the most that it costs.

        Args:
            count: How many.
            shape: Of an input: (bytes,).

        Returns:
            uint8 (count, *shape).
        """
        text = (WORD * shape[0])[: shape[0]]
        return torch.tensor(list(text), dtype=torch.uint8).expand(count, -1).clone()
