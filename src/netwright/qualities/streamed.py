"""What instruments see of a model that runs frame by frame."""

from typing import Any, Protocol

from torch import Tensor


class StreamState(Protocol):
    """What a stream keeps."""

    @property
    def bytes(self) -> int:
        """Bytes of its tensors."""
        ...


class Stream(Protocol):
    """A model that takes frames as they come, such as `netwright.streaming.streamer.Streamer`."""

    def step(self, chunk: Tensor, state: Any) -> tuple[Tensor | None, Any]:
        """Take new frames (N, C, n, H, W), and return the answer, if there is one, and the new state."""
        ...
