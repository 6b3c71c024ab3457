"""Operations that make each frame of the output of the same frame of the input."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from netwright.streaming.piece import Chunk, Kept


@dataclass(frozen=True)
class Framewise:
    """An operation frame for frame, such as an activation, a 1x1x1 convolution, or a pool in space.

    Args:
        function: From any number of frames to as many, each made of one; the time axis may change its place.

    >>> import torch
    >>> Framewise(torch.relu).step((torch.tensor([-1.0, 2.0]),), Kept(), last=False)
    (tensor([0., 2.]), Kept(tensors=(), counts=()))
    """

    function: Callable[..., Tensor]

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return the output of the new frames; see `Piece.step`."""
        (chunk,) = chunks
        return (None if chunk is None else self.function(chunk)), kept

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the output of the whole."""
        return self.function(*wholes)

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return as many as have arrived."""
        return arrived[0]

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:  # noqa: ARG002
        """Return 0."""
        return (0,)
