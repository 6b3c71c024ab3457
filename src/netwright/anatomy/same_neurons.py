"""Whether a model uses the same neurons for every input: the anatomy paper's claim, put to the test."""

from collections.abc import Iterable
from itertools import combinations

from netwright.records.anatomy import NeuronAnatomy, NeuronSet

SAME = 0.8
"""Overlap from which two sets are called the same."""


def same_neurons(anatomy: NeuronAnatomy) -> tuple[str, ...]:
    """Return the verdict on "the same neurons for every input", in sentences with their figures.

    The claim holds where two inputs share at least `SAME` of their active neurons with the same sign, holds but for the
    sign where they share them with any sign, and does not hold where they share fewer. Overlaps are means over pairs of
    inputs, then over layers with active neurons. Sets of the same sizes drawn at random would share p / (2 - p), p
    being the active share of the layer.

    Source: "Anatomy and Structured Pruning of Large Language Models", section 3.3.

    Args:
        anatomy: The neurons of at least one input.

    Returns:
        The verdict first, then what explains it.
    """
    if len(anatomy.probes) < 2:
        return ("One input was seen: whether others use the same neurons cannot be told.",)
    return (_verdict(anatomy), *_by_side(anatomy), _whole_vectors(anatomy))


def percent(share: float) -> str:
    """Return a share in per cent, with more places where it is small.

    >>> percent(0.12), percent(0.000345)
    ('12.0%', '0.03%')
    """
    return f"{share:.2%}" if 0 < share < 0.001 else f"{share:.1%}"


def _verdict(anatomy: NeuronAnatomy) -> str:
    told = [one for one in anatomy.overlaps if one.jaccard is not None]
    if not told:
        layer = max(range(len(anatomy.largest)), key=anatomy.largest.__getitem__)
        return (
            f"Whether every input uses the same neurons cannot be told at a threshold of {anatomy.threshold}: no "
            f"neuron passes it (the largest |cosine| is {anatomy.largest[layer]:.3f}, in layer {layer})."
        )
    shared = _mean(one.jaccard or 0.0 for one in told)
    signed = _mean(one.signed_jaccard or 0.0 for one in told)
    chance = _mean(one.active / (2 - one.active) for one in told)
    if signed >= SAME:
        verdict = "Every input uses the same neurons"
    elif shared >= SAME:
        verdict = "Every input uses the same neurons, but not with the same sign"
    else:
        verdict = "Inputs do not use the same neurons"
    return (
        f"{verdict}: two inputs share {shared:.0%} of their active neurons, {signed:.0%} with the same sign (mean of "
        f"{len(told)} of {len(anatomy.sizes)} layers; sets drawn at random would share {percent(chance)})."
    )


def _by_side(anatomy: NeuronAnatomy) -> tuple[str, ...]:
    """Return the signed overlap of inputs whose targets point the same way, and of those whose targets do not."""
    sides: dict[bool, list[float]] = {True: [], False: []}
    layers = [[one for one in anatomy.sets if one.layer == layer] for layer in range(len(anatomy.sizes))]
    for first, second in combinations(range(len(anatomy.probes)), 2):
        shares = [share for sets in layers if (share := _signed_share(sets[first], sets[second])) is not None]
        if shares:
            sides[anatomy.target_cosines[first][second] > 0].append(_mean(shares))
    if not (sides[True] and sides[False]):
        return ()
    return (
        f"Inputs whose targets point the same way share {_mean(sides[True]):.0%} with the same sign "
        f"({len(sides[True])} pairs), inputs whose targets point apart {_mean(sides[False]):.0%} "
        f"({len(sides[False])} pairs).",
    )


def _whole_vectors(anatomy: NeuronAnatomy) -> str:
    pairs = [anatomy.target_cosines[i][j] for i, j in combinations(range(len(anatomy.probes)), 2)]
    least = min(anatomy.overlaps, key=lambda one: one.least_correlation)
    return (
        "Without a threshold, the cosines of all neurons correlate "
        f"{_mean(one.correlation for one in anatomy.overlaps):+.2f} between two inputs on average and "
        f"{least.least_correlation:+.2f} at least (layer {least.layer}); the targets themselves have a cosine of "
        f"{_mean(pairs):+.2f} on average and {min(pairs):+.2f} at least."
    )


def _signed_share(first: NeuronSet, second: NeuronSet) -> float | None:
    either = {*first.aligned, *first.opposed, *second.aligned, *second.opposed}
    shared = len({*first.aligned} & {*second.aligned}) + len({*first.opposed} & {*second.opposed})
    return shared / len(either) if either else None


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
