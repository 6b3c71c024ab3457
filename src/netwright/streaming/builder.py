"""A stream while it is made, operation by operation of a recorded clip."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from torch import Tensor

from netwright.records.errors import ModelError
from netwright.streaming.clip_tape import ClipTape, where
from netwright.streaming.flow import Flow
from netwright.streaming.graph import SOURCE, Node, StreamGraph
from netwright.streaming.heads.head import Head
from netwright.streaming.mode import Mode
from netwright.streaming.piece import Piece
from netwright.streaming.pieces.prepend import Prepend
from netwright.structure.tape import Operation, Value, values_in


class RejoinError(Exception):
    """A summary of all frames meets single frames again: its pools have to tell it anew for every frame."""

    def __init__(self, pools: frozenset[Operation]) -> None:
        super().__init__()
        self.pools = pools


@dataclass(frozen=True)
class Feed:
    """What feeds a node.

    Args:
        flow: Where its frames come from, and how they lie.
        frame: The shape of one frame of one video.
        bytes: Of a number.
    """

    flow: Flow
    frame: tuple[int, ...]
    bytes: int


@dataclass(frozen=True)
class Padded:
    """Constant frames before and after a value that an operation with a window may take over.

    Args:
        feed: The value without them.
        left: Frames before.
        right: Frames after.
        fill: What they hold.
    """

    feed: Feed
    left: int
    right: int
    fill: float


class Builder:
    """What is known so far of a stream.

    Args:
        clip: The recording.
        source: The value of the clip itself.
        axis: Where time is in it.
        mode: Causal or delayed.
        head: What becomes of pools over all frames.
        running: Pools that tell their summary anew for every frame.
    """

    def __init__(
        self, clip: ClipTape, source: Value, axis: int, mode: Mode, head: Head, running: frozenset[Operation]
    ) -> None:
        self.clip, self.mode, self.head, self.running = clip, mode, head, running
        self.videos = source.shape[0]
        self.nodes: list[Node] = []
        self.folded: set[Operation] = set()
        self.answers = frozenset(values_in(clip.tape.result))
        self._flows: dict[Value, Flow] = {source: Flow(SOURCE, axis)}
        self._padded: dict[Value, Padded] = {}

    def flows_in(self, operation: Operation) -> list[Value]:
        """Return the tensors of an operation that flow, each once."""
        return [value for value in dict.fromkeys(operation.inputs) if value in self._flows or value in self._padded]

    def summary(self, value: Value) -> bool:
        """Return whether a value flows as the newest summary of all frames."""
        return value in self._flows and self._flows[value].axis is None

    def flow(self, value: Value) -> Flow:
        """Return how a value flows, with the frames around it where it was padded."""
        if value in self._flows:
            return self._flows[value]
        padded = self._padded[value]
        left, right = padded.left, padded.right
        if self.mode.name == "causal":
            # what stood behind the video can only stand before it
            left, right = left + right, 0
        axis = padded.feed.flow.axis
        assert axis is not None
        made = self.add("pad", Prepend(axis, left, right, padded.fill), [padded.feed], value.maker)
        self._flows[value] = replace(padded.feed.flow, node=made, cut=0)
        return self._flows[value]

    def padded(self, value: Value) -> Padded:
        """Return a value without the frames around it, and how many there are."""
        return self._padded.get(value) or Padded(self.feed(value), 0, 0, 0.0)

    def pad(self, value: Value, padded: Padded) -> None:
        """Note a value that is another one with constant frames around it."""
        self._padded[value] = padded

    def put(self, value: Value, flow: Flow) -> None:
        """Note how a value flows."""
        self._flows[value] = flow

    def feed(self, value: Value) -> Feed:
        """Return a value as what feeds a node."""
        flow = self.flow(value)
        frame = single_frame(value, flow)
        # other axes may be folded into that of the videos
        place = 1 if flow.axis == 0 else 0
        each = 1 if flow.rows else max(1, value.shape[place] // self.videos)
        return Feed(flow, (*frame[:place], each, *frame[place + 1 :]), value.tensor.element_size())

    def add(self, kind: str, piece: Piece, feeds: Sequence[Feed], operation: Operation | None) -> int:
        """Add a node, and return its number."""
        self.nodes.append(
            Node(
                name=where(operation) if operation is not None else "forward",
                kind=kind,
                piece=piece,
                inputs=tuple(feed.flow.node for feed in feeds),
                frames=tuple(feed.frame for feed in feeds),
                axes=tuple(feed.flow.axis for feed in feeds),
                bytes=tuple(feed.bytes for feed in feeds),
            )
        )
        return len(self.nodes)

    def graph(self, output: Value) -> StreamGraph:
        """Return the stream whose answer is a value."""
        return StreamGraph(tuple(self.nodes), self.flow(output).node)


def single_frame(value: Value, flow: Flow) -> tuple[int, ...]:
    """Return the shape of one frame of one video of a value."""
    if flow.axis is None:
        return (1, *value.shape[1:])
    if flow.rows:
        return (1, 1, *value.shape[1:])
    return (1, *(1 if axis == flow.axis else size for axis, size in enumerate(value.shape) if axis))


def refuse(operation: Operation, why: str) -> NoReturn:
    """Refuse an operation, by its name.

    Raises:
        ModelError: Always.
    """
    raise ModelError(f"{where(operation)} cannot run on a stream: {why}")


def on_axis(tensor: Tensor, axis: int, frames: slice) -> Tensor:
    """Return some frames of a tensor.

    >>> import torch
    >>> on_axis(torch.arange(6).reshape(2, 3), 1, slice(1, None)).tolist()
    [[1, 2], [4, 5]]
    """
    return tensor[(slice(None),) * axis + (frames,)]
