"""What the state of a stream takes at most, computed from its operations without running them."""

from math import prod

from netwright.records.streaming import KeptTensor, StreamMemory
from netwright.streaming.graph import Node, StreamGraph

SETTLED = 4
"""Times that the frames until the first answer are looked through: buffers are full long before."""
LEAST = 256


def memory_of(graph: StreamGraph, batch: int, latency: int) -> StreamMemory:
    """Return what each operation keeps when the state is largest.

    Every operation knows in closed form how many frames it has emitted and how many it holds after t frames, so the
    largest state is found by counting, chunk sizes playing no part.

    Args:
        graph: The stream.
        batch: Videos at once.
        latency: Frames by which its answer is late.

    Returns:
        The memory.
    """
    first = _first(graph)
    frames = max(range(1, max(LEAST, SETTLED * first)), key=lambda frames: _total(graph, frames))
    kept = []
    for node, counts in zip(graph.nodes, graph.held(frames), strict=True):
        for at, count in enumerate(counts):
            if not count:
                continue
            sizes = list(_sizes(node, at, count))
            sizes[1 if node.axes[at] == 0 else 0] *= batch
            shape = tuple(sizes)
            kept.append(KeptTensor(node=node.name, kind=node.kind, shape=shape, bytes=prod(shape) * node.bytes[at]))
    return StreamMemory(kept=tuple(kept), batch=batch, first=first, latency=latency)


def _sizes(node: Node, at: int, count: int) -> tuple[int, ...]:
    """Return the shape of so many frames of an input, or of its summary, of one video."""
    return tuple(count if place == node.axes[at] else one for place, one in enumerate(node.frames[at]))


def _total(graph: StreamGraph, frames: int) -> int:
    """Return the bytes that one video takes after so many frames."""
    return sum(
        prod(_sizes(node, at, count)) * node.bytes[at]
        for node, counts in zip(graph.nodes, graph.held(frames), strict=True)
        for at, count in enumerate(counts)
        if count
    )


def _first(graph: StreamGraph) -> int:
    """Return after how many frames there is an answer."""
    frames = 1
    while not graph.counts(frames, ended=False)[graph.output]:
        frames += 1
    return frames
