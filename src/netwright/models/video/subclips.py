"""A long clip seen as subclips, one after the other: what a model answers after each of them."""

from typing import NamedTuple

from torch import Tensor


class SubclipLogits(NamedTuple):
    """What a model in training answers, where every subclip counts.

    Args:
        each: Logits after each subclip, (N, subclips, K); the last are the model's answer.
    """

    each: Tensor
