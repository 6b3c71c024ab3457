"""What one change of a recipe buys: augmentation, or weights to start from."""

from typing import Literal

from netwright.records.record import Record


class Gain(Record):
    """Accuracy with a change minus accuracy without it, at one size, paired by seed.

    Args:
        change: What was changed: `augment` or `weights`.
        with_change: Name of the candidate that has it.
        without: Name of the candidate that differs in nothing else.
        size: Training samples.
        value: Mean difference of accuracy.
        low: Lower end of its 90% interval.
        high: Upper end.
        seeds: How many seeds both ended well with.
    """

    change: Literal["augment", "weights"]
    with_change: str
    without: str
    size: int
    value: float
    low: float
    high: float
    seeds: int
