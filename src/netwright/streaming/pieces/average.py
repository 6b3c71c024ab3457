"""Average pools over time that do not count padding."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import padded
from netwright.streaming.pieces.window import Window


@dataclass(frozen=True)
class Average:
    """An average pool whose windows are divided by their valid frames: y[n] = sum(valid) / #valid.

    Padding is zeros here, and the mean of a window of K frames, v of them valid, is divided by v / K.

    Args:
        apply: The pool with a temporal padding of 0, which divides by all K frames of a window; padding in space, if
            any, is its own affair.
        axis: The time axis, counted from 0, of the input and of the output.
        kernel: K, the window's frames.
        stride: Frames from one window to the next.
        left: Frames of padding before the video, less than K.
        right: Frames of padding behind its end, less than K; 0 where the pool is causal.

    >>> pairs = Average(lambda x: x.unfold(1, 2, 1).mean(-1), 1, kernel=2, stride=1, left=1, right=1)
    >>> pairs.offline((torch.tensor([[1.0, 3.0]]),))
    tensor([[1., 2., 3.]])
    """

    apply: Callable[[Tensor], Tensor]
    axis: int
    kernel: int
    stride: int
    left: int
    right: int

    @property
    def window(self) -> Window:
        """The pool that counts padding as zeros."""
        return Window(self.apply, self.axis, self.kernel, self.stride, self.left, self.right, 0.0)

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:
        """Return the means whose windows are complete now; see `Piece.step`."""
        window = self.window
        before = window.emitted(kept.counts or (0,), ended=False)
        means, kept = window.step(chunks, kept, last)
        if means is None:
            return None, kept
        if before * self.stride >= self.left and not (last and self.right):
            return means, kept
        starts = (before + torch.arange(means.shape[self.axis])) * self.stride
        end = self.left + kept.counts[0]
        valid = (starts + self.kernel).clamp(max=end) - starts.clamp(min=self.left)
        return means / self._beside(valid.double() / self.kernel, means), kept

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the pool of the padded whole, divided by the share of valid frames in each window.

        Args:
            wholes: The input.

        Returns:
            All means.
        """
        (whole,) = wholes
        means = self.window.offline(wholes)
        valid = padded(torch.ones(whole.shape[self.axis]).double(), 0, self.left, self.right, 0.0)
        return means / self._beside(valid.unfold(0, self.kernel, self.stride).mean(-1), means)

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:
        """Return as many as the pool that counts padding."""
        return self.window.emitted(arrived, ended)

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return as many as the pool that counts padding."""
        return self.window.held(arrived)

    def _beside(self, shares: Tensor, means: Tensor) -> Tensor:
        """Return one number a frame, to stand beside the frames."""
        return shares.to(means).reshape(-1, *[1] * (means.ndim - 1 - self.axis))
