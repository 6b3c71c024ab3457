"""What calibration texts tell about the places of a network: averages over tokens, and gradients without labels."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Wanted:
    """Which statistics a score or a repair reads; collecting less is quicker.

    Args:
        covariance: `SiteStatistics.covariance`.
        fisher: `SiteStatistics.fisher`, `mask_fisher` and `mask_slope`.
    """

    covariance: bool = False
    fisher: bool = False


@dataclass(frozen=True, eq=False)
class SiteStatistics:
    """Statistics of what the reader of a place takes, over the real tokens of the calibration texts.

    n is the number of the reader's inputs (units times width), d that of its outputs; all float64, but for the
    covariance.

    Args:
        tokens: Real tokens.
        texts: Sequences.
        mean: (n,), mu = E[a].
        variance: (n,), E[(a - mu)^2].
        covariance: (n, n), E[(a - mu)(a - mu)^T], float32 where the model's is no finer; None where it was not wanted.
        fisher: (d, d), mean over sequences of the sum over tokens of g g^T, with g the gradient of the log probability
            of a label drawn from the model itself at the reader's output; None where it was not wanted.
        mask_fisher: (units,), mean over sequences of (sum over tokens of sum over the unit's inputs of a_j <g, w_j>)^2,
            the same for a mask m_u = 1 on each unit; None where it was not wanted.
        mask_slope: (units,), mean over sequences of the root of that square's mean over labels: how steep the log
            probability is in the mask; None where it was not wanted.
    """

    tokens: int
    texts: int
    mean: Tensor
    variance: Tensor
    covariance: Tensor | None = None
    fisher: Tensor | None = None
    mask_fisher: Tensor | None = None
    mask_slope: Tensor | None = None

    @property
    def square(self) -> Tensor:
        """(n,), E[a^2]."""
        return self.variance + self.mean.square()
