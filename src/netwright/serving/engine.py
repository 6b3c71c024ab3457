"""What computes answers: from a model's inputs to logits and an embedding."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from netwright.serving.forms.form import Inputs


class Answers(NamedTuple):
    """What a model says of N samples.

    Args:
        logits: float32 (N, classes).
        embedding: What its last linear layer reads, float32 (N, E); None where it has none.
    """

    logits: NDArray[np.float32]
    embedding: NDArray[np.float32] | None = None


def join_answers(parts: Sequence[Answers]) -> Answers:
    """Return the answers to several batches as one.

    >>> one = Answers(np.zeros((1, 2), np.float32))
    >>> join_answers([one, one]).logits.shape
    (2, 2)
    """
    embeddings = [part.embedding for part in parts if part.embedding is not None]
    logits = np.concatenate([part.logits for part in parts])
    return Answers(logits, np.concatenate(embeddings) if len(embeddings) == len(parts) else None)


class Engine(Protocol):
    """Something that computes answers; it is used by one thread at a time."""

    @property
    def name(self) -> str:
        """`onnx`, `torch` or `constant`."""
        ...

    def answer(self, inputs: Inputs) -> Answers:
        """Return the answers to inputs (N, *shape), N >= 1."""
        ...
