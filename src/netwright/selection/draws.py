"""Joint random draws: the same names always draw the same numbers, whoever else takes part."""

import hashlib

import numpy as np
from numpy.typing import NDArray

DRAWS = 10_000
"""Joint draws behind every probability: its standard error is at most 0.005."""


def stream(*names: str) -> np.random.Generator:
    """Return a generator of random numbers that depends on nothing but the names.

    A candidate keeps its random numbers when others are added, removed or listed in another order.

    Args:
        names: Such as the scenario, the quality and the candidate.

    Returns:
        The generator.

    >>> stream("garments", "accuracy").random() == stream("garments", "accuracy").random()
    True
    """
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.random.Generator(np.random.SFC64(int.from_bytes(digest[:16], "big")))


def student(common: NDArray[np.float64], share: float, freedom: float, own: np.random.Generator) -> NDArray[np.float64]:
    """Return Student t draws of which a share of the variance before scaling is common to all candidates.

    t = (sqrt(share) z_common + sqrt(1 - share) z_own) / sqrt(chi2_freedom / freedom): each candidate's draws are
    exactly Student t, and two candidates' draws are correlated by the share.

    Args:
        common: Standard normal draws that all candidates share.
        share: The correlation, in [0, 1).
        freedom: Degrees of freedom; infinite for normal draws.
        own: The candidate's generator.

    Returns:
        As many draws as `common`.

    >>> t = student(stream("q").standard_normal(20000), 0.5, 4.0, stream("q", "mlp"))
    >>> round(float(np.quantile(t, 0.95)), 1)  # the 95% quantile of t with 4 degrees is 2.13
    2.1
    """
    normal: NDArray[np.float64] = np.sqrt(share) * common + np.sqrt(1 - share) * own.standard_normal(len(common))
    if np.isinf(freedom):
        return normal
    scaled: NDArray[np.float64] = normal / np.sqrt(own.chisquare(freedom, len(common)) / freedom)
    return scaled
