"""Operations on several values, frame for frame, whose frames arrive at different times."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import copied, require


@dataclass(frozen=True)
class Join:
    """An operation on frame n of every input, such as a sum or a concatenation of channels.

    Each input has a queue; as many frames are put out as the shortest one has: min_i t_i in all.

    Args:
        function: From as many frames of each input to as many, frame for frame.
        axes: The time axis of each input, counted from 0.

    >>> import torch
    >>> join = Join(torch.add, (0, 0))
    >>> _, kept = join.step((torch.tensor([1, 2]), None), Kept(), last=False)
    >>> join.step((None, torch.tensor([10])), kept, last=False)
    (tensor([11]), Kept(tensors=(tensor([2]),), counts=(2, 1)))
    """

    function: Callable[..., Tensor]
    axes: tuple[int, ...]

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return the output of the frames that all inputs have now; see `Piece.step`."""
        before = kept.counts or (0,) * len(self.axes)
        arrived = tuple(
            count + (0 if chunk is None else chunk.shape[axis])
            for count, chunk, axis in zip(before, chunks, self.axes, strict=True)
        )
        ready = min(arrived) - min(before)
        queues = self._queues(chunks, kept)
        later = tuple(
            copied(queue.narrow(axis, ready, queue.shape[axis] - ready))
            for queue, axis in zip(queues, self.axes, strict=True)
            if queue is not None and queue.shape[axis] > ready
        )
        output = None
        if ready:
            aligned = [
                queue.narrow(axis, 0, ready) for queue, axis in zip(queues, self.axes, strict=True) if queue is not None
            ]
            output = self.function(*aligned)
        return output, Kept(later, arrived if any(arrived) else ())

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the operation on the frames that all inputs have.

        Args:
            wholes: The inputs; the longer ones end with the shortest.

        Returns:
            As many frames as the shortest one has.
        """
        count = min(whole.shape[axis] for whole, axis in zip(wholes, self.axes, strict=True))
        require(count, 1, "a join")
        return self.function(*(whole.narrow(axis, 0, count) for whole, axis in zip(wholes, self.axes, strict=True)))

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return the frames of the input that has the fewest."""
        return min(arrived)

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return how many frames each input is ahead of the one that has the fewest."""
        return tuple(count - min(arrived) for count in arrived)

    def _queues(self, chunks: tuple[Chunk, ...], kept: Kept) -> list[Tensor | None]:
        """Return what waits at each input and what is new there; copies of what waits: a function may write into it."""
        waiting = iter(kept.tensors)
        queues: list[Tensor | None] = []
        for ahead, chunk, axis in zip(self.held(kept.counts or (0,) * len(self.axes)), chunks, self.axes, strict=True):
            old = next(waiting) if ahead else None
            if old is None:
                queues.append(chunk)
            else:
                queues.append(copied(old) if chunk is None else torch.cat((old, chunk), axis))
        return queues
