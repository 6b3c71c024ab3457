"""A constraint as a function of training samples: how probable it is that it holds at n, and how much is missing."""

from dataclasses import dataclass
from math import isnan, nan

import numpy as np

from netwright.records.decision import Verdict
from netwright.records.units import format_quantity
from netwright.scaling.elasticity import OverSizes
from netwright.scaling.estimate import estimate
from netwright.scaling.suitable import SURE


@dataclass(frozen=True)
class Requirement:
    """One constraint of a candidate, at every size.

    Args:
        verdict: The constraint and how it stands at the largest measured size.
        law: Its quality over training samples, one value a draw; None where it is taken not to depend on them, as
            latency, size and parameters do not.
    """

    verdict: Verdict
    law: OverSizes | None = None

    @property
    def text(self) -> str:
        """The constraint in words."""
        return f"{self.verdict.quality} {self.verdict.text}"

    def probability(self, n: float) -> float:
        """Return P(the constraint holds) at n training samples; NaN where its quality was not measured.

        Args:
            n: Training samples.

        Returns:
            The share of the law's draws that meet the bound, or the verdict's probability.
        """
        if self.law is None:
            return self.verdict.probability
        values = np.asarray(self.law(n), dtype=float)
        bound = self.verdict.bound
        return float(np.mean(values >= bound if self.verdict.relation == ">=" else values <= bound))

    def missing(self, n: float) -> float:
        """Return how far the bound is from a value that is sure, so that it holds with probability 0.9 there.

        Args:
            n: Training samples.

        Returns:
            Base units, positive where the constraint is missed; of a quality without a law the missed slack of its
            estimate, NaN where it was not measured.
        """
        if self.law is None:
            return -self.verdict.slack
        sign = 1.0 if self.verdict.relation == ">=" else -1.0
        ascending = np.sort(sign * np.asarray(self.law(n), dtype=float))
        # the value that 90% of the draws reach: P(holds) is at least 0.9 exactly where it meets the bound
        return float(sign * self.verdict.bound - ascending[int(np.floor((1 - SURE) * len(ascending) + 1e-9))])

    def tell(self, n: float) -> str:
        """Return how the constraint stands at n training samples, in words with its figures.

        Args:
            n: Training samples.

        Returns:
            The text.
        """
        probability, missing, unit = self.probability(n), self.missing(n), self.verdict.unit
        if isnan(probability):
            return f"{self.text}: {self.verdict.quality} was not measured"
        value = estimate(self.law(n))[0] if self.law is not None else self.verdict.value
        short = f", {format_quantity(missing, unit)} short" if missing > 0 else ""
        return f"{self.text}: {format_quantity(value, unit)}{short}, holds with probability {probability:.2f}"


def margin(requirement: Requirement, n: float) -> float:
    """Return how well a requirement is met at n, to tell which of several binds.

    Args:
        requirement: The requirement.
        n: Training samples.

    Returns:
        Minus what is missing, in units of the bound; NaN where nothing was measured.
    """
    missing = requirement.missing(n)
    return nan if isnan(missing) else -missing / (abs(requirement.verdict.bound) or 1.0)
