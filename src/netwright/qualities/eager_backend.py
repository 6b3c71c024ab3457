"""PyTorch as it is: one operation after another."""

from collections.abc import Callable
from copy import deepcopy

from torch import Tensor, nn

from netwright.qualities.backend import Predict, doubling


class EagerBackend:
    """Runs a model without compiling it; on an accelerator, inputs travel there and logits back within the call.

    Args:
        device: The torch device.

    >>> EagerBackend().counts(4), EagerBackend("cuda").counts(4)
    ((1, 2, 4), (1,))
    """

    name = "eager"

    def __init__(self, device: str = "cpu") -> None:
        self.device = device

    def counts(self, most: int) -> tuple[int, ...]:
        """Return 1, 2, 4, ... and the most; an accelerator does not compute with threads of the processor."""
        return doubling(most) if self.device == "cpu" else (1,)

    def prepare(self, model: nn.Module, example: Tensor) -> Callable[[int], Predict]:  # noqa: ARG002 - nothing to try
        """Return the model on its device; torch is told the threads from outside."""
        if self.device == "cpu":
            return lambda _: model
        there = deepcopy(model).to(self.device)
        return lambda _: lambda x: there(x.to(self.device)).cpu()
