"""Latency per frame: how long a video model takes for each frame of a clip that it answers as a whole."""

import time
from dataclasses import replace

from netwright.models.example import CLIP_DIMENSIONS
from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.latency import CALLS, SECONDS, latency_of
from netwright.qualities.timing import Timing, time_model, timed_conditions

NAME = "latency.frame"
_FRAMES = 2


def frame_timing(timing: Timing, frames: int) -> Timing:
    """Return the times of calls as times of each of their frames.

    Args:
        timing: Of calls on one clip.
        frames: Of the clip.

    Returns:
        The same calls, each divided by the frames.

    >>> frame_timing(Timing((0.16, 0.32), settled=True), 16).seconds
    (0.01, 0.02)
    """
    return replace(timing, seconds=tuple(seconds / frames for seconds in timing.seconds))


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return p50 and p99 of the time that a call on one clip takes, divided by its frames.

    It is what a frame costs where clips are answered one after the other, none overlapping. A model that is run frame
    by frame, or that answers anew at every frame, costs something else.

    Args:
        evidence: A trained model, one of its inputs, and the threads that its conditions state.

    Returns:
        Two answers.
    """
    example, threads = evidence.inputs[:1], evidence.conditions.threads
    if example.ndim != CLIP_DIMENSIONS + 1:
        return not_measured("the inputs are no videos, and have no frames", f"{NAME}.p50", f"{NAME}.p99")
    timing = time_model(
        evidence.model, example, calls=CALLS, seconds=SECONDS, threads=threads, clock=time.perf_counter_ns
    )
    frames = example.shape[_FRAMES]
    stated, notes = timed_conditions(evidence.conditions, example, threads), (f"a call on {frames} frames / {frames}",)
    each = frame_timing(timing, frames)
    return tuple(latency_of(NAME, each, quantile, stated, notes=notes) for quantile in (0.5, 0.99))
