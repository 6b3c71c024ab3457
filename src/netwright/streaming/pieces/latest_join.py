"""Operations on several values of which each is replaced by the next."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import copied


@dataclass(frozen=True)
class LatestJoin:
    """An operation on the newest value of each input, such as the concatenation of two paths that were pooled.

    It answers when any of them is new and all are known; the others count with what they were last.

    Args:
        function: From one value of each input to one value.
        inputs: How many inputs there are.

    >>> import torch
    >>> join = LatestJoin(torch.add, 2)
    >>> _, kept = join.step((torch.tensor(1), None), Kept(), last=False)
    >>> first, kept = join.step((None, torch.tensor(10)), kept, last=False)
    >>> second, kept = join.step((torch.tensor(2), None), kept, last=False)
    >>> first, second
    (tensor(11), tensor(12))
    """

    function: Callable[..., Tensor]
    inputs: int

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return the operation on the newest values; see `Piece.step`."""
        held = iter(kept.tensors)
        old = [next(held) if known else None for known in kept.counts or (0,) * self.inputs]
        newest = [before if chunk is None else copied(chunk) for before, chunk in zip(old, chunks, strict=True)]
        known = [value for value in newest if value is not None]
        answers = len(known) == self.inputs and any(chunk is not None for chunk in chunks)
        # copies: a function may write into what it is given
        output = self.function(*map(copied, known)) if answers else None
        return output, Kept(tuple(known), tuple(int(value is not None) for value in newest) if known else ())

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the operation on the values."""
        return self.function(*wholes)

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return 1 once all values are known."""
        return min(1, *arrived)

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return 1 for every input that is known."""
        return tuple(min(1, count) for count in arrived)
