"""Epoch consistency: how steadily a training's accuracy rises."""

from typing import Literal

from netwright.records.record import Record

Phase = Literal["rise", "plateau", "decay"]


class Segment(Record):
    """A stretch of epochs over which accuracy follows one line.

    Args:
        phase: rise, plateau or decay.
        first: First epoch.
        last: Last epoch.
        slope: Accuracy an epoch.
    """

    phase: Phase
    first: int
    last: int
    slope: float


class Consistency(Record):
    """How steady the validation accuracy of a candidate's trainings was, at one size, over its seeds.

    Args:
        candidate: The candidate.
        size: Training samples.
        trainings: How many trainings it is the mean of.
        warm_up: Epochs left out at the start.
        median_change: Median |accuracy(k) - accuracy(k-1)| after the warm-up.
        draw_down: Largest fall below the best accuracy so far.
        steadiness: 1 - (sum of falls)/(sum of |changes|): 1 where it never falls; 1 where it never moves.
        segments: The mean curve as rise, plateau and decay (the paper's trapezoid).
    """

    candidate: str
    size: int
    trainings: int
    warm_up: int
    median_change: float
    draw_down: float
    steadiness: float
    segments: tuple[Segment, ...] = ()
