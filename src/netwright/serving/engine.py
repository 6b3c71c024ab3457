"""What computes answers: from a model's inputs to logits and an embedding."""

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


class Engine(Protocol):
    """Something that computes answers; it is used by one thread at a time."""

    @property
    def name(self) -> str:
        """`onnx`, `torch` or `constant`."""
        ...

    def answer(self, inputs: Inputs) -> Answers:
        """Return the answers to inputs (N, *shape), N >= 1."""
        ...
