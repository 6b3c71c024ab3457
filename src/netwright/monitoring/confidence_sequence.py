"""An interval for a share that may be looked at after every observation."""

from math import log

from scipy.optimize import brentq
from scipy.special import betaln

from netwright.records.measurement import LEVEL


def share_between(happened: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Return between what a share lies, at every moment at once: a confidence sequence.

    It holds every p whose likelihood is not below (1 - level) times the mean likelihood under a Beta(1/2, 1/2) prior:
    {p: B(k + 1/2, n - k + 1/2) / B(1/2, 1/2) < p^k (1 - p)^(n - k) / (1 - level)}.

    Args:
        happened: How often, k.
        n: Of how many.
        level: Chance that p is inside at all times.

    Returns:
        The ends; (0, 1) where n is 0.

    Source: H. Robbins (1970), "Statistical methods related to the law of the iterated logarithm", Annals of
        Mathematical Statistics 41(5), for the mixture; Ville's inequality.

    >>> low, high = share_between(90, 100)
    >>> round(low, 3), round(high, 3), share_between(0, 0)
    (0.782, 0.968, (0.0, 1.0))
    """
    if not n:
        return 0.0, 1.0
    mixture = float(betaln(happened + 0.5, n - happened + 0.5) - betaln(0.5, 0.5)) + log(1 - level)
    estimate = happened / n

    def inside(p: float) -> float:
        right = happened * log(p) if happened else 0.0
        wrong = (n - happened) * log(1 - p) if n > happened else 0.0
        return right + wrong - mixture

    tiny = 1e-12
    low = 0.0 if not happened else float(brentq(inside, tiny, min(max(estimate, 2 * tiny), 1 - tiny)))
    high = 1.0 if happened == n else float(brentq(inside, max(estimate, tiny), 1 - tiny))
    return low, high
