"""Incremental training: what is lost when a model goes on with new data alone instead of being trained on all anew."""

from math import sqrt

from torch import Tensor, nn

from netwright.machine import hardware
from netwright.machine.seeds import derive_seed, random_state, restore_random_state, seed_everything
from netwright.models.build import build
from netwright.models.fits_itself import FitsItself
from netwright.models.start import start_from
from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import exact
from netwright.qualities.found import Found, not_measured
from netwright.qualities.intervals import Z, wilson_interval
from netwright.records.candidate import Candidate, Recipe
from netwright.records.errors import DivergedError, InputError
from netwright.records.measurement import Conditions, Measurement
from netwright.training.epochs import Samples, train_epochs
from netwright.training.evaluate import predict_logits

NAME = "incremental"
REFIT = "it fits itself in one call and cannot go on from where it was: new data means to refit it on everything"
FEWEST = 4
LOOKED_AT = 64


def retained_accuracy(incremental: Tensor, at_once: Tensor, *, conditions: Conditions | None = None) -> Measurement:
    """Return the accuracy after training in two parts as a share of the accuracy after training at once.

    R = accuracy(first half, then second half alone) / accuracy(both halves at once), on the same test samples: 1 where
    going on costs nothing, less where the second half makes the model forget the first (McCloskey and Cohen 1989). The
    interval is that of a ratio of paired shares (Bonett and Price 2006).

    Args:
        incremental: Whether each test sample was right after the two parts, bool (N,).
        at_once: Whether it was right after training at once, bool (N,).
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `incremental`, a ratio, with n = N.

    Raises:
        InputError: The two differ in length, or training at once got nothing right.

    >>> import torch
    >>> right = torch.tensor([True] * 8 + [False] * 2)
    >>> retained_accuracy(right.roll(2) & right, right).value
    0.75
    """
    if incremental.shape != at_once.shape or not bool(at_once.any()):
        raise InputError(
            f"found {len(incremental)} and {len(at_once)} test samples, {int(at_once.sum())} of them right after "
            "training at once; pass the same samples, at least one of them right"
        )
    both = int((incremental & at_once).sum())
    first, second = int(incremental.sum()), int(at_once.sum())
    value = first / second
    low, high = paired_ratio_interval(both, first, second)
    return Measurement(
        quality=NAME,
        value=value,
        low=min(low, value),
        high=max(high, value),
        n=len(at_once),
        unit="ratio",
        conditions=conditions or hardware.conditions(),
        notes=("both halves are drawn alike: what a drift would make the model forget is not in it",),
    )


def paired_ratio_interval(both: int, first: int, second: int) -> tuple[float, float]:
    """Return the interval of the ratio of two shares that were seen on the same samples.

    With m = samples on which either is right, each share gets Wilson's interval over m, of a z that is made smaller as
    the two agree, z0 = z sqrt((d + 2)/((a + 1)(b + 1))) / (sqrt((1 - p)/(a + 1)) + sqrt((1 - q)/(b + 1))), where d is
    the samples on which one alone is right, p = (a + 1)/(m + 2) and q = (b + 1)/(m + 2). The ends are low/high and
    high/low. Source: Bonett and Price 2006, Statistics in Medicine 25, section 2.

    Args:
        both: Samples on which both are right.
        first: a, samples on which the first is right.
        second: b, samples on which the second is right, at least 1.

    Returns:
        (low, high) at the 90% level.

    >>> low, high = paired_ratio_interval(80, 82, 90)
    >>> round(low, 3), round(high, 3)
    (0.851, 0.975)
    """
    either = first + second - both
    apart = either - both
    one, other = (1 - (count + 1) / (either + 2) for count in (first, second))
    agreed = sqrt((apart + 2) / ((first + 1) * (second + 1)))
    z = Z * agreed / (sqrt(one / (first + 1)) + sqrt(other / (second + 1)))
    low_first, high_first = wilson_interval(first, either, z)
    low_second, high_second = wilson_interval(second, either, z)
    return low_first / high_second, high_first / low_second


def train_in_two_parts(model: nn.Module, data: Samples, held: Samples, recipe: Recipe, seed: int) -> None:
    """Train a model on the first half of its data, then go on with the second half alone, each by the whole recipe.

    Args:
        model: A fresh module; it is trained in place.
        data: Inputs and labels, in random order.
        held: Samples that each epoch looks at.
        recipe: How each part is trained, its schedule begun anew.
        seed: Decides batch order and dropout.

    Raises:
        DivergedError: A loss is not finite.
    """
    inputs, labels = data
    half = len(labels) // 2
    for part, chosen in enumerate((slice(0, half), slice(half, None))):
        for _ in train_epochs(model, (inputs[chosen], labels[chosen]), held, recipe, derive_seed(seed, part), None):
            pass


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Train the candidate in two parts and return how much of the accuracy it keeps.

    Args:
        evidence: A trained model, the data it was trained on, and the candidate it was built from.

    Returns:
        One answer; 0 for a model that fits itself.
    """
    candidate, data = evidence.candidate, evidence.training_data
    if isinstance(evidence.model, FitsItself):
        return (exact(NAME, 0.0, "ratio", conditions=evidence.conditions, notes=(REFIT,)),)
    if candidate is None or data is None or len(data[1]) < FEWEST:
        return not_measured(f"it takes the candidate and {FEWEST} or more of the samples it was trained on", NAME)
    labels = evidence.labels[: len(evidence.inputs)]
    at_once = evidence.probabilities[: len(labels)].argmax(1) == labels
    if not bool(at_once.any()):
        return not_measured("trained at once, the model gets no test sample right: there is nothing to keep", NAME)
    before = random_state()
    try:
        model = _trained_in_two_parts(candidate, data, evidence)
    except DivergedError as error:
        note = f"going on with the second half diverged ({error})"
        return (exact(NAME, 0.0, "ratio", conditions=evidence.conditions, notes=(note,)),)
    finally:
        restore_random_state(before)
    incremental = predict_logits(model, evidence.inputs).argmax(1) == labels
    return (retained_accuracy(incremental, at_once, conditions=evidence.conditions),)


def _trained_in_two_parts(candidate: Candidate, data: Samples, evidence: Evidence) -> nn.Module:
    seed = evidence.conditions.seed or 0
    seed_everything(derive_seed("weights", candidate.name, seed))
    model = build(candidate, tuple(evidence.inputs.shape[1:]), evidence.probabilities.shape[1])
    if candidate.recipe.weights is not None:
        start_from(model, candidate.recipe.weights)
    held = evidence.inputs[:LOOKED_AT], evidence.labels[:LOOKED_AT]
    train_in_two_parts(model, data, held, candidate.recipe, seed)
    return model
