"""Attacks on single inputs: how far they may go, where they stay, and what both kinds of attack have in common."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.machine import hardware
from netwright.qualities.intervals import wilson_interval
from netwright.qualities.pixels import BRIGHTEST, DARKEST, are_images
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement

EPSILON = 0.125
"""Largest change of any value of an input, in input units; for images about 8 of 255 steps of brightness."""
MOST = 500
"""Samples that are attacked, at equal distances through the test samples."""
NO_SLOPE = "the model has no slope over its inputs (a tree or forest), so that this attack cannot be made"
NO_NUMBERS = "the inputs are bytes, of texts or of frames: they have no slope that an attack could follow"
FLAT_FROM = 0.05
"""Share of samples without a slope from which a note says so."""


@dataclass(frozen=True)
class Reach:
    """What an attacker may do to an input: |x' - x| <= epsilon for every value, within bounds.

    Args:
        epsilon: In input units.
        lowest: The smallest value that an input can have.
        highest: The largest.
    """

    epsilon: float = EPSILON
    lowest: float = float("-inf")
    highest: float = float("inf")

    def __post_init__(self) -> None:
        if not self.epsilon > 0:
            raise InputError(f"found epsilon={self.epsilon}; pass more than 0")

    def cut(self, changed: Tensor, clean: Tensor) -> Tensor:
        """Return the inputs nearest to the changed ones that are within reach of the clean ones.

        >>> Reach(0.5, lowest=0.0).cut(torch.tensor([-3.0, 3.0]), torch.tensor([0.25, 1.0])).tolist()
        [0.0, 1.5]
        """
        near = torch.minimum(torch.maximum(changed, clean - self.epsilon), clean + self.epsilon)
        return near.clamp(self.lowest, self.highest)


def reach_of(inputs: Tensor) -> Reach:
    """Return what an attacker may do to inputs: images stay between black and white, other inputs are free.

    >>> reach_of(torch.zeros(1, 1, 8, 8)).highest, reach_of(torch.zeros(1, 30)).highest
    (2.0, inf)
    """
    return Reach(lowest=DARKEST, highest=BRIGHTEST) if are_images(inputs) else Reach()


def attacked(quality: str, right: Tensor, slopes: Tensor, *, how: str, conditions: Conditions | None) -> Measurement:
    """Return the accuracy under an attack, with a note where the attack had no slope to follow.

    Args:
        quality: Name of the quality.
        right: Whether each sample was still right, (N,).
        slopes: The gradient at the clean inputs, (N, ...).
        how: The attack, in words, with epsilon and steps.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement, with Wilson's interval.
    """
    n, count = len(right), int(right.sum())
    low, high = wilson_interval(count, n)
    flat = float((slopes.flatten(1).abs().amax(1) == 0).double().mean())
    hidden = f"{flat:.0%} of the samples have no slope at all: a hidden slope is no defence (Athalye et al. 2018)"
    return Measurement(
        quality=quality,
        value=count / n,
        low=low,
        high=high,
        n=n,
        unit="ratio",
        conditions=conditions or hardware.conditions(),
        notes=(how, hidden) if flat > FLAT_FROM else (how,),
    )
