"""What the state of a stream takes at most, computed from its operations without running them."""

from math import prod

from netwright.records.streaming import KeptTensor, StreamMemory
from netwright.streaming.graph import StreamGraph

SETTLED = 4
"""Times that the frames until the first answer are looked through: buffers are full long before."""
LEAST = 256


def memory_of(graph: StreamGraph, batch: int, latency: int) -> StreamMemory:
    """Return what each operation keeps at most.

    Every operation knows in closed form how many frames it has emitted and how many it holds after t frames, so the
    largest is found by counting, chunk sizes playing no part.

    Args:
        graph: The stream.
        batch: Videos at once.
        latency: Frames by which its answer is late.

    Returns:
        The memory.
    """
    first = _first(graph)
    most = [[0] * len(node.inputs) for node in graph.nodes]
    for frames in range(1, max(LEAST, SETTLED * first)):
        for at, held in enumerate(graph.held(frames)):
            most[at] = [max(one, other) for one, other in zip(most[at], held, strict=True)]
    kept = []
    for node, counts in zip(graph.nodes, most, strict=True):
        for count, frame, axis, size in zip(counts, node.frames, node.axes, node.bytes, strict=True):
            if not count:
                continue
            shape = tuple(count if place == axis else one for place, one in enumerate(frame))
            shape = (batch, *shape[1:]) if axis is not None else (batch, *frame[1:])
            kept.append(KeptTensor(node=node.name, kind=node.kind, shape=shape, bytes=prod(shape) * size))
    return StreamMemory(kept=tuple(kept), batch=batch, first=first, latency=latency)


def _first(graph: StreamGraph) -> int:
    """Return after how many frames there is an answer."""
    frames = 1
    while not graph.counts(frames, ended=False)[graph.output]:
        frames += 1
    return frames
