"""The answer when no model can answer: how often each class occurred in training."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from netwright.serving.engine import Answers
from netwright.serving.forms.form import Inputs

LEAST = 1e-12


class ConstantEngine:
    """Says the same of every input: logits whose softmax is the prior.

    Args:
        prior: Share of each class in the training data.

    >>> ConstantEngine((0.75, 0.25)).answer(np.zeros((2, 3), np.float32)).logits.argmax(1).tolist()
    [0, 0]
    """

    name: ClassVar[str] = "constant"

    def __init__(self, prior: Sequence[float]) -> None:
        self._logits = np.log(np.maximum(np.array(prior, np.float64), LEAST)).astype(np.float32)

    def answer(self, inputs: Inputs) -> Answers:
        """Return the prior for each of inputs (N, ...)."""
        return Answers(np.tile(self._logits, (len(inputs), 1)))
