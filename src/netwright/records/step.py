"""One optimizer step of a training."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of a training did; a plain dataclass, since it is made thousands of times a second.

    Args:
        index: Counted from 0 over the whole iteration.
        loss: Mean loss over the batch, before the step.
        samples: How many samples the batch held.
        lr: Learning rate of the first parameter group at this step.
    """

    index: int
    loss: float
    samples: int
    lr: float
