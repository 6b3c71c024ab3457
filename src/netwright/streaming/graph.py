"""A network as a stream: its operations in order, each fed by earlier ones."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from netwright.streaming.piece import Chunk, Kept, Piece

SOURCE = 0
"""The node that stands for the frames of the video."""


@dataclass(frozen=True, eq=False)
class Node:
    """One operation.

    Args:
        name: As `module: operation`.
        kind: What kind of piece it is, such as `window`.
        piece: What it does.
        inputs: The nodes that feed it.
        frames: For each input, the shape of one chunk of a single frame and a single video.
        axes: For each input, where its frames are; None where it is a summary.
        bytes: For each input, the bytes of a number.
    """

    name: str
    kind: str
    piece: Piece
    inputs: tuple[int, ...]
    frames: tuple[tuple[int, ...], ...]
    axes: tuple[int | None, ...]
    bytes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class StreamGraph:
    """The operations of a stream.

    Args:
        nodes: In an order in which each follows what feeds it; node i of the graph is nodes[i - 1], since 0 is the
            video itself.
        output: The node that is the answer.
    """

    nodes: tuple[Node, ...]
    output: int

    def start(self) -> tuple[Kept, ...]:
        """Return what the nodes keep before the first frame."""
        return tuple(Kept() for _ in self.nodes)

    def step(self, chunk: Chunk, kept: tuple[Kept, ...], last: bool) -> tuple[Chunk, tuple[Kept, ...]]:
        """Send new frames through all nodes.

        Args:
            chunk: The frames; None where the video ended without more.
            kept: What the nodes kept.
            last: Whether the video ends here.

        Returns:
            (the answer's new frames or None, what the nodes keep now).
        """
        values: list[Chunk] = [chunk]
        keeping = []
        for node, before in zip(self.nodes, kept, strict=True):
            # most nodes of a network with strides have nothing to do at most frames
            if not last and _idle(values, node.inputs):
                values.append(None)
                keeping.append(before)
                continue
            made, after = node.piece.step(tuple([values[index] for index in node.inputs]), before, last)
            values.append(made)
            keeping.append(after)
        return values[self.output], tuple(keeping)

    def offline(self, clip: Tensor) -> Tensor:
        """Return the answer for a whole clip, each node's ordinary operation run once on everything."""
        values = [clip]
        for node in self.nodes:
            values.append(node.piece.offline(tuple(values[index] for index in node.inputs)))
        return values[self.output]

    def counts(self, frames: int, ended: bool) -> list[int]:
        """Return how many frames each node has emitted once so many frames of the video have arrived."""
        counts = [frames]
        for node in self.nodes:
            counts.append(node.piece.emitted(tuple(counts[index] for index in node.inputs), ended))
        return counts

    def held(self, frames: int) -> Iterator[tuple[int, ...]]:
        """Yield for each node how many frames of each input it keeps, once so many of the video have arrived."""
        counts = self.counts(frames, ended=False)
        for node in self.nodes:
            yield node.piece.held(tuple(counts[index] for index in node.inputs))


def _idle(values: list[Chunk], inputs: tuple[int, ...]) -> bool:
    for index in inputs:  # noqa: SIM110 - a generator costs more than most nodes
        if values[index] is not None:
            return False
    return True
