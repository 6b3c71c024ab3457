"""What augmentation, or weights to start from, buy: the same candidate with and without, paired by seed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import numpy as np
from scipy import special

from netwright.records.candidate import Candidate, Recipe
from netwright.records.gain import Gain
from netwright.records.measurement import LEVEL

Accuracies = Mapping[tuple[str, int, int], float]
"""(candidate, size, seed) -> accuracy, of trials that ended well."""

Change = Literal["augment", "weights"]

_SMALLEST_ERROR = 1e-3


@dataclass(frozen=True)
class Pair:
    """Two candidates that differ in one thing of their recipes.

    Args:
        change: What differs.
        with_change: The candidate that has it.
        without: The candidate that does not.
    """

    change: Change
    with_change: str
    without: str


def find_pairs(candidates: Sequence[Candidate]) -> tuple[Pair, ...]:
    """Return the pairs of candidates that differ, beside the name, only in augmentation or only in given weights.

    Args:
        candidates: The candidates of a scenario.

    Returns:
        The pairs, in the scenario's order of what has the change. Two ways to augment are no pair: neither is without.

    >>> plain = Candidate(name="plain", model="mlp")
    >>> shifted = Candidate(name="shifted", model="mlp", recipe=Recipe(augment="shift"))
    >>> find_pairs([plain, shifted])
    (Pair(change='augment', with_change='shifted', without='plain'),)
    """
    return tuple(
        Pair(change, one.name, other.name)
        for one, other in permutations(candidates, 2)
        for change in _added(one, other)
    )


def gains_of(pairs: Iterable[Pair], accuracies: Accuracies) -> tuple[Gain, ...]:
    """Return the gain of accuracy of every pair at every size where both ended well with a common seed.

    d = accuracy with - accuracy without, for each seed: both saw the same images, so what the seed does to both
    cancels. Value = mean of d; interval = value +- t s/sqrt(seeds). A few seeds at one size say little of the spread,
    so it is pooled over the sizes, relative to the mean error e of both there, as the noise of errors is:
    s = e sqrt(sum over sizes and seeds of ((d - mean)/e)^2/f), t with f = sum of (seeds - 1) degrees of freedom.

    Args:
        pairs: The pairs.
        accuracies: Accuracy of each trial that ended well.

    Returns:
        One a pair and size, sizes ascending. Where no size has two seeds nothing is known of the spread, and the
        interval is all that is possible, -1 to 1.

    Source: Student 1908 for the paired interval; the scalability paper, section IV, speaks of augmentation for small
    data and of transfer learning to save time.

    >>> seen = {("with", 50, seed): accuracy for seed, accuracy in enumerate((0.71, 0.73, 0.75))}
    >>> seen |= {("without", 50, seed): accuracy for seed, accuracy in enumerate((0.60, 0.63, 0.66))}
    >>> gain, = gains_of([Pair("augment", "with", "without")], seen)
    >>> round(gain.value, 3), round(gain.low, 3), round(gain.high, 3), gain.seeds  # t = 2.92, s = 0.01
    (0.1, 0.083, 0.117, 3)
    """
    return tuple(gain for pair in pairs for gain in _gains(pair, accuracies))


def _added(one: Candidate, other: Candidate) -> tuple[Change, ...]:
    default = Recipe()
    added: list[Change] = []
    changes: tuple[Change, ...] = ("augment", "weights")
    for change in changes:
        without = one.recipe.model_copy(update={change: getattr(default, change)})
        same = (one.model, one.options) == (other.model, other.options) and without == other.recipe
        if same and one.recipe != other.recipe:
            added.append(change)
    return tuple(added)


def _gains(pair: Pair, accuracies: Accuracies) -> list[Gain]:
    keys = sorted((size, seed) for name, size, seed in accuracies if name == pair.with_change)
    both: dict[int, list[tuple[float, float]]] = {}
    for size, seed in keys:
        if (pair.without, size, seed) in accuracies:
            found = accuracies[pair.with_change, size, seed], accuracies[pair.without, size, seed]
            both.setdefault(size, []).append(found)
    arrays = {size: np.array(rows) for size, rows in both.items()}
    errors = {size: max(float(1 - rows.mean()), _SMALLEST_ERROR) for size, rows in arrays.items()}
    differences = {size: rows[:, 0] - rows[:, 1] for size, rows in arrays.items()}
    squares = sum(float(((d - d.mean()) ** 2).sum()) / errors[size] ** 2 for size, d in differences.items())
    degrees = sum(len(d) - 1 for d in differences.values())
    reach = float(special.stdtrit(degrees, (1 + LEVEL) / 2)) * (squares / degrees) ** 0.5 if degrees else np.inf
    return [
        Gain(
            change=pair.change,
            with_change=pair.with_change,
            without=pair.without,
            size=size,
            value=float(d.mean()),
            low=float(max(d.mean() - reach * errors[size] / len(d) ** 0.5, -1.0)),
            high=float(min(d.mean() + reach * errors[size] / len(d) ** 0.5, 1.0)),
            seeds=len(d),
        )
        for size, d in differences.items()
    ]
