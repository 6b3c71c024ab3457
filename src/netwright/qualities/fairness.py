"""Fairness gap: how differently a model treats groups of people or things."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import NormalDist

import torch
from torch import Tensor

from netwright.machine import hardware
from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.intervals import wilson_interval
from netwright.records.errors import InputError
from netwright.records.measurement import LEVEL, Conditions, Measurement

ACCURACY_GAP, POSITIVE_GAP = "fairness.accuracy_gap", "fairness.positive_rate_gap"
FEWEST = 10
"""Samples below which a group is left out: its share would be anything."""


@dataclass(frozen=True)
class GroupShare:
    """How often something happened in one group.

    Args:
        name: The group.
        count: How often.
        n: Samples of the group.
    """

    name: str
    count: int
    n: int

    @property
    def share(self) -> float:
        """Count / n."""
        return self.count / self.n

    def __str__(self) -> str:
        return f"{self.name} {self.share:.3f} (n = {self.n})"


def share_gap(
    quality: str, happened: Tensor, groups: Tensor, names: Sequence[str] = (), *, conditions: Conditions | None = None
) -> Measurement:
    """Return the largest difference between groups in the share of samples to which something happens.

    gap = max_g s_g - min_g s_g, with s_g = the share in group g. For "the answer is right" that is the accuracy gap;
    for "the answer is the second class" the difference in demographic parity (Dwork et al. 2012; the largest over
    groups: Agarwal et al. 2018). The interval holds for all pairs of groups at once: the hybrid score interval of each
    difference (Newcombe 1998, method 10) at a level that shares the error among the pairs (Bonferroni), its ends the
    largest of theirs. So it is an honest one for two groups and a wide one for many.

    Args:
        quality: Name of the quality.
        happened: Whether it happened, bool (N,).
        groups: The group of each sample, int64 (N,).
        names: What each number means.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement, a ratio, with n = samples of the groups that count.

    Raises:
        InputError: Fewer than two groups have 10 samples.

    >>> happened = torch.tensor([True] * 16 + [False] * 4 + [True] * 10 + [False] * 10)
    >>> found = share_gap("fairness.accuracy_gap", happened, torch.arange(40) // 20, ("young", "old"))
    >>> round(found.value, 3), found.notes[0]
    (0.3, 'lowest: old 0.500 (n = 20); highest: young 0.800 (n = 20)')
    """
    shares, small = _shares(happened, groups, names)
    if len(shares) < 2:
        raise InputError(
            f"found {len(shares)} groups of {FEWEST} samples or more; name a column with at least two, or test on more"
        )
    lowest, highest = min(shares, key=lambda g: g.share), max(shares, key=lambda g: g.share)
    value = highest.share - lowest.share
    low, high = _gap_interval(shares)
    sides = f"lowest: {lowest}; highest: {highest}"
    left_out = (f"left out, with fewer than {FEWEST} samples: {', '.join(small)}",) if small else ()
    return Measurement(
        quality=quality,
        value=value,
        low=min(low, value),
        high=max(high, value),
        n=sum(group.n for group in shares),
        unit="ratio",
        conditions=conditions or hardware.conditions(),
        notes=(sides, *left_out),
    )


def _gap_interval(shares: Sequence[GroupShare]) -> tuple[float, float]:
    pairs = list(combinations(shares, 2))
    z = NormalDist().inv_cdf(1 - (1 - LEVEL) / 2 / len(pairs))
    ends = [_difference_interval(one, other, z) for one, other in pairs]
    low = max(max(0.0, below, -above) for below, above in ends)
    high = max(max(abs(below), abs(above)) for below, above in ends)
    return low, min(high, 1.0)


def _shares(happened: Tensor, groups: Tensor, names: Sequence[str]) -> tuple[list[GroupShare], list[str]]:
    if happened.shape != groups.shape or happened.ndim != 1:
        raise InputError(f"found {tuple(happened.shape)} answers and {tuple(groups.shape)} groups; pass (N,) of both")
    known: list[GroupShare] = []
    small = []
    for code in torch.unique(groups).tolist():
        inside = happened[groups == code]
        group = GroupShare(names[code] if code < len(names) else str(code), int(inside.sum()), len(inside))
        if group.n < FEWEST:
            small.append(f"{group.name} ({group.n})")
        else:
            known.append(group)
    return known, small


def _difference_interval(one: GroupShare, other: GroupShare, z: float) -> tuple[float, float]:
    """Return the interval of s_1 - s_2: d - sqrt((s_1 - l_1)^2 + (u_2 - s_2)^2), and the same upwards."""
    low_one, high_one = wilson_interval(one.count, one.n, z)
    low_other, high_other = wilson_interval(other.count, other.n, z)
    difference = one.share - other.share
    below = sqrt((one.share - low_one) ** 2 + (high_other - other.share) ** 2)
    above = sqrt((high_one - one.share) ** 2 + (other.share - low_other) ** 2)
    return difference - below, difference + above


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return the gaps of accuracy and, of two classes, of the share that gets the second one.

    Args:
        evidence: A trained model's predictions, and the group of each test sample.

    Returns:
        Two answers.
    """
    groups, names = evidence.groups, evidence.group_names
    if groups is None:
        return not_measured("the scenario names no group column", ACCURACY_GAP, POSITIVE_GAP)
    if sum(int((groups == code).sum()) >= FEWEST for code in torch.unique(groups)) < 2:
        return not_measured(f"fewer than two groups have {FEWEST} test samples", ACCURACY_GAP, POSITIVE_GAP)
    answers = evidence.probabilities.argmax(1)
    gap = share_gap(ACCURACY_GAP, answers == evidence.labels, groups, names, conditions=evidence.conditions)
    if evidence.probabilities.shape[1] != 2:
        many = f"there are {evidence.probabilities.shape[1]} classes, and the gap of positive answers is that of two"
        return (gap, *not_measured(many, POSITIVE_GAP))
    return gap, share_gap(POSITIVE_GAP, answers == 1, groups, names, conditions=evidence.conditions)
