"""Early stopping by the gradient of accuracy: a training ends when what is wanted is reached, or out of reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, Protocol

from scipy.special import stdtrit

from netwright.records.errors import InputError
from netwright.records.measurement import LEVEL
from netwright.records.trial import Epoch

FEWEST = 3
"""A line through two epochs has no residual, so its slope has no interval."""


class StoppingRule(Protocol):
    """Says whether a training should end early; a pure function of the epochs, so that it can be asked again."""

    def __call__(self, epochs: Sequence[Epoch], planned: int) -> str:
        """Return why a training should end after these epochs, or nothing where it should go on.

        Args:
            epochs: Every epoch so far, in order.
            planned: How many there are to be in all.

        Returns:
            The reason, in words; empty to go on.
        """
        ...


@dataclass(frozen=True)
class AccuracyLine:
    """The least-squares line through the accuracies of the last epochs, with 90% intervals.

    Args:
        slope: Accuracy gained an epoch.
        slope_low: Lower end of its interval.
        slope_high: Upper end.
        level: The line's value at the last epoch.
        level_low: Lower end of its interval.
        level_high: Upper end.
        epochs: Through how many epochs the line goes.
    """

    slope: float
    slope_low: float
    slope_high: float
    level: float
    level_low: float
    level_high: float
    epochs: int


@dataclass(frozen=True)
class Verdict:
    """That a training should end, and why.

    Args:
        kind: Whether the wanted accuracy is reached or out of reach.
        reason: The figures behind it, in words.
    """

    kind: Literal["reached", "out of reach"]
    reason: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


@dataclass(frozen=True)
class SlopeRule:
    """Ends a training by `judge_slope` (a `StoppingRule`).

    Args:
        wanted: The accuracy that is enough, 0 to 1.
        patience: Epochs whose slope is looked at.
        samples: Validation samples behind each accuracy.
    """

    wanted: float
    patience: int
    samples: int

    def __call__(self, epochs: Sequence[Epoch], planned: int) -> str:
        """Return the verdict on the validation accuracies so far, in words; empty where there is none."""
        accuracies = [epoch.validation_accuracy for epoch in epochs]
        return str(judge_slope(accuracies, planned, self) or "")


def never(epochs: Sequence[Epoch], planned: int) -> str:  # noqa: ARG001 - every rule has it
    """Return nothing: the training goes on to its last epoch (a `StoppingRule`)."""
    return ""


def accuracy_line(accuracies: Sequence[float], samples: int) -> AccuracyLine:
    """Fit a line to accuracies of successive epochs.

    With x = 1 ... p centred, slope = sum (x - m) q / S with S = sum (x - m)^2, level = mean q + slope (p - 1)/2. The
    variance of an accuracy is the larger one of the residuals' (p - 2 degrees of freedom) and of the binomial
    q (1 - q)/samples: residuals that are small by chance do not pass for certainty. Intervals are Student's with p - 2
    degrees of freedom.

    Args:
        accuracies: q, one an epoch, at least three.
        samples: Validation samples behind each.

    Returns:
        The line.

    Raises:
        InputError: There are fewer than three accuracies.

    Source: Draper and Smith 1998, "Applied Regression Analysis", section 1.4.

    >>> line = accuracy_line([0.5, 0.6, 0.7], samples=10**9)
    >>> round(line.slope, 6), round(line.level, 6)
    (0.1, 0.7)
    """
    p = len(accuracies)
    if p < FEWEST:
        raise InputError(f"found the accuracies of {p} epochs; a slope with an interval needs {FEWEST}")
    places = [index - (p - 1) / 2 for index in range(p)]
    mean, total = sum(accuracies) / p, sum(x * x for x in places)
    slope = sum(x * q for x, q in zip(places, accuracies, strict=True)) / total
    residual = sum((q - mean - slope * x) ** 2 for x, q in zip(places, accuracies, strict=True)) / (p - 2)
    variance = max(residual, mean * (1 - mean) / samples)
    quantile = float(stdtrit(p - 2, (1 + LEVEL) / 2))
    level = mean + slope * places[-1]
    of_slope = quantile * sqrt(variance / total)
    of_level = quantile * sqrt(variance * (1 / p + places[-1] ** 2 / total))
    return AccuracyLine(slope, slope - of_slope, slope + of_slope, level, level - of_level, level + of_level, p)


def judge_slope(accuracies: Sequence[float], planned: int, rule: SlopeRule) -> Verdict | None:
    """Judge whether a training should end, by the slope of its validation accuracy over the last epochs.

    `reached`: the line's level at the last epoch is at least what is wanted, and either the slope is flat (its interval
    holds 0, or it falls) or the accuracy suffices (the lower end of the level's interval is at least what is wanted).
    `out of reach`: even the optimistic end, max(upper end of the level, best so far) + (epochs left) * max(upper end of
    the slope, 0), is below what is wanted. Accuracies mostly rise less and less, so a line is optimistic; a learning
    rate that drops at the end of its schedule can gain more than a line says.

    Args:
        accuracies: One an epoch so far.
        planned: How many epochs there are to be.
        rule: What is wanted, over how many epochs, measured on how many samples. A patience of 2 looks at 3.

    Returns:
        The verdict; None to go on, and after the last epoch.

    Source: "Estimating the Scalability of Various Modern Deep Learning Models on a Single Data Set", section II
    (accuracy gradients: stop early once sufficient accuracy is gained).

    >>> rule = SlopeRule(wanted=0.9, patience=4, samples=500)
    >>> print(judge_slope([0.5, 0.51, 0.5, 0.51], 8, rule))
    out of reach: at most 0.687 after 8 epochs (slope 0.002 an epoch, -0.027 to 0.031), 0.900 is wanted
    >>> judge_slope([0.5, 0.6, 0.7, 0.78], 8, rule) is None
    True
    >>> judge_slope([0.95, 0.95, 0.95, 0.95], 8, rule).kind
    'reached'
    """
    seen = max(rule.patience, FEWEST)
    left = planned - len(accuracies)
    if left <= 0 or len(accuracies) < seen:
        return None
    line = accuracy_line(accuracies[-seen:], rule.samples)
    slope = f"slope {line.slope:.3f} an epoch, {line.slope_low:.3f} to {line.slope_high:.3f}"
    if line.level >= rule.wanted and (line.slope_low <= 0 or line.level_low >= rule.wanted):
        return Verdict(
            "reached",
            f"{line.level:.3f} after {len(accuracies)} of {planned} epochs ({slope}), {rule.wanted:.3f} is wanted",
        )
    most = min(max(line.level_high, *accuracies) + left * max(line.slope_high, 0.0), 1.0)
    if most < rule.wanted:
        return Verdict(
            "out of reach", f"at most {most:.3f} after {planned} epochs ({slope}), {rule.wanted:.3f} is wanted"
        )
    return None
