"""Sizes of a transformer that is built anew: what they may be, and how many heads follow from the width."""

from dataclasses import dataclass

from netwright.models.options import among, whole, within
from netwright.records.errors import CandidateError

HEAD = 64
"""Numbers of a token that one head sees, in BERT-base, BERT-large and every GPT-2."""


@dataclass(frozen=True)
class Sizes:
    """The sizes of a transformer.

    Args:
        layers: Blocks.
        width: Numbers a token has between blocks.
        feed_forward: Neurons of each block's feed-forward network.
        max_length: Tokens of a text, special ones included.
        dropout: Share of activations that is silenced in training.
        embeddings: What the table of tokens starts from: `random` or `minilm`.

    >>> Sizes(layers=12, width=768, feed_forward=3072, max_length=64, dropout=0.1, embeddings="random").heads
    12
    """

    layers: int
    width: int
    feed_forward: int
    max_length: int
    dropout: float
    embeddings: str

    def check(self, model: str) -> None:
        """Refuse a size that no transformer has.

        Args:
            model: The architecture, for the message.

        Raises:
            CandidateError: An option has a value that it cannot have.
        """
        whole(f"{model}.layers", self.layers, 1, 1000)
        whole(f"{model}.width", self.width, 2, 100_000)
        whole(f"{model}.feed_forward", self.feed_forward, 1, 1_000_000)
        whole(f"{model}.max_length", self.max_length, 2, 100_000)
        within(f"{model}.dropout", self.dropout, 0, 0.95)
        among(f"{model}.embeddings", self.embeddings, ("random", "minilm"))
        if self.width > HEAD and self.width % HEAD:
            raise CandidateError(
                f"{model}.width: found {self.width}; write a multiple of {HEAD}, which is the width of a head, or less "
                f"than {HEAD} for one head"
            )

    @property
    def heads(self) -> int:
        """How many heads an attention has: one for each 64 of width, at least one."""
        return max(1, self.width // HEAD)
