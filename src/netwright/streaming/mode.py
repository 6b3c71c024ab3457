"""The two ways in which a network of clips can run on a stream."""

from dataclasses import dataclass
from typing import Protocol

from netwright.streaming.pieces.window import causal_left


class Mode(Protocol):
    """How many frames stand before and after a video at each temporal operation."""

    @property
    def name(self) -> str:
        """How users name it."""
        ...

    def pads(self, kernel: int, stride: int, left: int, right: int) -> tuple[int, int]:
        """Return the frames before the video and after it.

        Args:
            kernel: Frames that the operation sees at once, K = (kt - 1) dt + 1.
            stride: Frames from one output to the next.
            left: Frames before the clip, as the network was written.
            right: Frames after it.
        """
        ...


@dataclass(frozen=True)
class Causal:
    """No operation sees a frame of the future: L = max(p, K - stride) before the video, none after it.

    Output n is y[n] = sum_i w_i x[n stride + phi - (kt - 1 - i) dt] with phi = K - 1 - L in [0, stride - 1]. A kernel
    of 3 with stride 2 and padding 1 keeps L = 1, and one of 2 with stride 2 keeps L = 0, so that branches stay aligned
    and trained weights keep their place.

    >>> [Causal().pads(*case) for case in ((3, 1, 1, 1), (3, 2, 1, 1), (2, 2, 0, 0), (7, 2, 2, 3))]
    [(2, 0), (1, 0), (0, 0), (5, 0)]
    """

    name: str = "causal"

    def pads(self, kernel: int, stride: int, left: int, right: int) -> tuple[int, int]:  # noqa: ARG002 - the interface
        """Return (L, 0), see `netwright.streaming.pieces.window.causal_left`."""
        return causal_left(kernel, stride, left), 0


@dataclass(frozen=True)
class Delayed:
    """Every operation stays as it was: an output waits for the frames of the future that it needs.

    >>> Delayed().pads(3, 1, 1, 1)
    (1, 1)
    """

    name: str = "delayed"

    def pads(self, kernel: int, stride: int, left: int, right: int) -> tuple[int, int]:  # noqa: ARG002 - the interface
        """Return (left, right)."""
        return left, right


MODES: tuple[Mode, ...] = (Causal(), Delayed())
"""Every mode."""
