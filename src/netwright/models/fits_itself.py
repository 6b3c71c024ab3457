"""Models that are not trained by gradient descent but fit themselves in one call."""

from typing import Protocol, runtime_checkable

from torch import Tensor


@runtime_checkable
class FitsItself(Protocol):
    """A module that finds its own state from data, such as a forest or a regression.

    Afterwards it is an ordinary `nn.Module`: `forward` gives logits, and its state is tensors only.
    """

    def fit(self, inputs: Tensor, labels: Tensor, seed: int) -> None:
        """Find the state from data; the same data and seed give the same state.

        Args:
            inputs: float32 (N, ...), or uint8 (N, bytes) of texts.
            labels: int64 (N,), from 0 to classes - 1; classes may be missing.
            seed: Decides whatever is drawn at random.
        """
        ...
