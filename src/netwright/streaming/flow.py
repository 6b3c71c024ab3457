"""How a value of a clip becomes a stream of frames."""

from dataclasses import dataclass, field

from netwright.structure.tape import Operation


@dataclass(frozen=True)
class Flow:
    """The frames of one value of a clip.

    Args:
        node: Which node of the stream makes them.
        axis: Where time is among the axes of a chunk; None where a chunk is the newest summary of all frames so far,
            of the shape that was recorded.
        rows: Whether a recorded value has no axis of its own for time, its frames lying in the first one with the
            batch (or one value for each frame); a chunk is (batch, frames, ...) then, and its axis is 1.
        stride: Frames of the video for each frame of this value.
        late: Frames by which it is later than it was offline, for the sake of frames that follow.
        pools: The pools over time whose summary it is.
        cut: Frames at its end that the network makes of padding behind the clip, and the stream does not.
    """

    node: int
    axis: int | None
    rows: bool = False
    stride: int = 1
    late: int = 0
    pools: frozenset[Operation] = field(default=frozenset())
    cut: int = 0
