"""A batch of calibration texts with its right answers, for those ways that need them."""

from dataclasses import dataclass

from torch import Tensor

from netwright.structure.transformer.stream import Batch


@dataclass(frozen=True, eq=False)
class Labelled:
    """A batch and its labels.

    Args:
        batch: Keyword arguments of the model, without labels.
        labels: int64 (N,).
    """

    batch: Batch
    labels: Tensor
