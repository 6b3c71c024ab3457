"""What a video model costs that runs frame by frame: the time of a frame, and the memory of its state."""

import time
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from netwright.models.example import CLIP_DIMENSIONS
from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import exact
from netwright.qualities.found import Found, not_measured
from netwright.qualities.latency import CALLS, SECONDS, latency_of
from netwright.qualities.streamed import Stream
from netwright.qualities.timing import time_model, timed_conditions
from netwright.records.errors import ModelError

QUALITIES = ("stream.state", "latency.stream.p50", "latency.stream.p99")
_FRAMES = 2


class _FrameByFrame(nn.Module):
    """One step of a stream a call: the frames of a clip, over and over."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self._stream = stream
        self._seen = 0
        self.state: Any = None
        self.most = 0

    def forward(self, clip: Tensor) -> Tensor:
        at = self._seen % clip.shape[_FRAMES]
        _, self.state = self._stream.step(clip[:, :, at : at + 1], self.state)
        self._seen += 1
        self.most = max(self.most, self.state.bytes)
        return clip


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return the largest state of a stream, and p50 and p99 of the time of a step of one frame.

    Args:
        evidence: A trained model, one of its clips, how to make a stream of it, and the threads that its conditions
            state.

    Returns:
        Three answers.
    """
    example, threads = evidence.inputs[:1], evidence.conditions.threads
    if example.ndim != CLIP_DIMENSIONS + 1:
        return not_measured("the inputs are no videos, and have no frames", *QUALITIES)
    if evidence.stream is None:
        return not_measured("nobody said how this model becomes a stream", *QUALITIES)
    found = _made(evidence.stream)
    if isinstance(found, str):
        return not_measured(found, *QUALITIES)
    running = _FrameByFrame(found)
    timing = time_model(running, example, calls=CALLS, seconds=SECONDS, threads=threads, clock=time.perf_counter_ns)
    stated = timed_conditions(evidence.conditions, example, threads)
    notes = ("the time of a step of one frame; a network with strides has more to do at some frames than at others",)
    return (
        exact("stream.state", running.most, "B", conditions=evidence.conditions),
        *(latency_of("latency.stream", timing, quantile, stated, notes=notes) for quantile in (0.5, 0.99)),
    )


def _made(make: Callable[[], Stream]) -> Stream | str:
    try:
        return make()
    except ModelError as error:
        return str(error)
