"""Convolutions and pools over time: each output is made of a window of frames."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from netwright.records.errors import ModelError
from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import constant, copied, padded, require, together


def causal_left(kernel: int, stride: int, padding: int) -> int:
    """Return how many frames of padding stand before the video where none stand behind it: L = max(p, K - st).

    Output n is then made of inputs up to n st + phi, with the phase phi = K - 1 - L in [0, st - 1]: of nothing later
    than the st inputs that it stands for. The padding that a trained network has stays as it is where it suffices, so
    that branches that are added or concatenated stay aligned: kernel 3, stride 2, padding 1 keeps L = 1, and kernel 2,
    stride 2, padding 0 keeps L = 0.

    Args:
        kernel: The window's extent in frames, K = (kt - 1) dilation + 1.
        stride: Frames from one window to the next.
        padding: Frames of padding of the network itself, on either side; at most K - 1.

    Returns:
        L, in frames.

    >>> causal_left(3, 1, 1), causal_left(3, 2, 1), causal_left(2, 2, 0), causal_left(1, 3, 0)
    (2, 1, 0, 0)
    """
    return max(padding, kernel - stride)


@dataclass(frozen=True)
class Window:
    """An operation on windows of frames: y[n] = f(z[n st], ..., z[n st + K - 1]), with z the padded input.

    The first N(t) = max(0, floor((t + L - K) / st) + 1) outputs are ready after t frames. They are computed by the
    ordinary operation on all frames they need together, and at most max(L, K - 1) frames are kept.

    Args:
        apply: The ordinary operation with a temporal padding of 0, such as a convolution or a pool.
        axis: The time axis, counted from 0, of the input and of the output.
        kernel: The window's extent in frames, K = (kt - 1) dilation + 1.
        stride: Frames from one window to the next; may be larger than the kernel.
        left: L, the frames of padding before the video, less than K.
        right: The frames of padding behind its end, less than K; 0 where the operation is causal.
        fill: What padding is made of: 0, or -inf for a maximum.

    Raises:
        ModelError: Some windows would see padding alone.

    >>> import torch
    >>> sums = Window(lambda x: x.unfold(1, 2, 1).sum(-1), 1, kernel=2, stride=1, left=1, right=0, fill=0.0)
    >>> first, kept = sums.step((torch.tensor([[1.0, 10.0]]),), Kept(), last=False)
    >>> second, kept = sums.step((torch.tensor([[100.0]]),), kept, last=False)
    >>> first, second
    (tensor([[ 1., 11.]]), tensor([[110.]]))
    """

    apply: Callable[[Tensor], Tensor]
    axis: int
    kernel: int
    stride: int
    left: int
    right: int
    fill: float

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.kernel and 0 <= self.right < self.kernel and self.stride > 0):
            raise ModelError(
                f"found {self.left} frames of padding before and {self.right} behind, windows of {self.kernel} frames "
                f"and stride {self.stride}: take a padding of 0 to {self.kernel - 1} frames, and a stride of 1 or more"
            )

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:
        """Return the outputs whose windows are complete now; see `Piece.step`."""
        (chunk,) = chunks
        before = kept.counts[0] if kept.counts else 0
        arrived = before + (0 if chunk is None else chunk.shape[self.axis])
        done, ready = self.emitted((before,), ended=False), self.emitted((arrived,), last)
        parts = self._parts(chunk, kept, last)
        if not parts:
            return None, Kept((), (arrived,) if arrived else ())
        frames = together(parts, self.axis)
        # where the stride is larger than the kernel, the next window starts later than what is at hand
        frames = self._from(frames, max(0, done * self.stride - self.left - before))
        output = None
        if ready > done:
            output = self.apply(frames.narrow(self.axis, 0, (ready - done - 1) * self.stride + self.kernel))
            frames = self._from(frames, (ready - done) * self.stride)
        return output, Kept((copied(frames),) if frames.shape[self.axis] else (), (arrived,))

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the ordinary operation on the padded whole.

        Args:
            wholes: The input.

        Returns:
            All outputs.
        """
        (whole,) = wholes
        needed = max(1, self.kernel - self.left - self.right)
        require(whole.shape[self.axis], needed, f"a window of {self.kernel} frames")
        return self.apply(padded(whole, self.axis, self.left, self.right, self.fill))

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:
        """Return N(t) = max(0, floor((t + L - K) / st) + 1), with the padding behind the end where it is reached."""
        (frames,) = arrived
        padding = self.left + (self.right if ended else 0)
        return max(0, (frames + padding - self.kernel) // self.stride + 1) if frames else 0

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return max(0, t + L - N(t) st), padding included; 0 before the first frame."""
        (frames,) = arrived
        done = self.emitted(arrived, ended=False)
        return (max(0, frames + self.left - done * self.stride) if frames else 0,)

    def _parts(self, chunk: Chunk, kept: Kept, last: bool) -> list[Tensor]:
        """Return what is at hand, in time; padding alone never fills a window, so it only joins other frames."""
        parts = [*kept.tensors, *([] if chunk is None else [chunk])]
        if parts and not kept.counts and self.left:
            parts.insert(0, constant(parts[0], self.axis, self.left, self.fill))
        if parts and last and self.right:
            parts.append(constant(parts[0], self.axis, self.right, self.fill))
        return parts

    def _from(self, frames: Tensor, first: int) -> Tensor:
        first = min(first, frames.shape[self.axis])
        return frames.narrow(self.axis, first, frames.shape[self.axis] - first)
