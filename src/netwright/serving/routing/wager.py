"""A wager that a mean is above a bound: its wealth is evidence that may be looked at after every number."""

STAKES = 8
BOLDEST = 0.9
MOST = 1e300
"""Wealth is not counted beyond this, lest it overflow."""


class Wager:
    """Bets that numbers from -1 to 1 have a mean above a bound.

    With stakes l_k = 0.9 * 2^-k / (1 + bound), k = 0 ... 7, and of the first coin 1/(t (t + 1)) put on the table at
    number t, the capital of stake k is M_k <- (M_k + 1/(t (t + 1))) (1 + l_k (x_t - bound)), and the wealth is

        E_t = (mean of M_k over k) + 1/(t + 1),

    the last being what is not on the table yet. No factor is negative. Where the mean of x_t, given all before it, is
    at most the bound, E is a supermartingale that begins at 1: P(E ever reaches 1/alpha) <= alpha (Ville), whatever
    the distribution of the numbers and whenever somebody stops to look. Coins that are put down late notice what begins
    late.

    Args:
        bound: On the mean, above -1 and below 1.

    Source: Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B 86(1), 2024,
    section 4; Shin, Ramdas and Rinaldo, E-detectors, NEJSDS 2(2), 2024, on beginning at every number.

    >>> wager = Wager(0.0)
    >>> for _ in range(9):
    ...     wager.add(1.0)
    >>> round(wager.wealth, 1)
    29.0
    """

    def __init__(self, bound: float) -> None:
        self._bound = bound
        self._stakes = [BOLDEST * 2.0**-k / (1 + bound) for k in range(STAKES)]
        self._capital = [0.0] * STAKES
        self._numbers = 0

    def add(self, number: float) -> None:
        """Take one number from -1 to 1."""
        self._numbers += 1
        coin = 1 / (self._numbers * (self._numbers + 1))
        gain = number - self._bound
        self._capital = [
            min((capital + coin) * (1 + stake * gain), MOST)
            for capital, stake in zip(self._capital, self._stakes, strict=True)
        ]

    @property
    def wealth(self) -> float:
        """The e-value now; 1 before the first number."""
        return sum(capital / STAKES for capital in self._capital) + 1 / (self._numbers + 1)
