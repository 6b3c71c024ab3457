"""The canary against main in one respect: how often something bad happens to a request."""

from netwright.records.rollout import Respect, RolloutStream
from netwright.serving.routing.wager import Wager


class Comparison:
    """Compares how often something bad happens to the canary with how often it happens to main at the same time.

    A block is closed as soon as both arms have an outcome in it; its number is D = (share of bad ones of the canary) -
    (share of bad ones of main), which has the mean p_canary - p_main, from -1 to 1. Whatever befalls both arms at one
    time (an overloaded machine, bad hours) cancels in D. Two wagers are held on these numbers: that their mean is above
    the tolerance (`worse`), and that it is below it (`no worse`).

    Args:
        respect: What bad is.
        tolerance: What the canary may be worse by, as a share of requests; 0 <= tolerance < 1.

    Source: Turner, Ly and Grünwald, Generic E-variables for exact sequential k-sample tests that allow for optional
    stopping, J. Statistical Planning and Inference 230, 2024, on blocks of both arms; see `wager` for the bets.

    >>> errors = Comparison("errors", tolerance=0.01)
    >>> for _ in range(20):
    ...     errors.main(False)
    ...     errors.canary(True)
    >>> errors.worse > 100, errors.difference
    (True, 1.0)
    """

    def __init__(self, respect: Respect, tolerance: float) -> None:
        self._respect = respect
        self._tolerance = tolerance
        self._worse, self._no_worse = Wager(tolerance), Wager(-tolerance)
        # requests and bad ones: of all time, and of the open block
        self._all_main, self._bad_main, self._all_canary, self._bad_canary = 0, 0, 0, 0
        self._block_main, self._block_bad_main, self._block_canary, self._block_bad_canary = 0, 0, 0, 0

    def main(self, bad: bool) -> None:
        """Take the outcome of a request that main answered."""
        self._all_main += 1
        self._bad_main += bad
        self._block_main += 1
        self._block_bad_main += bad
        if self._block_canary:
            self._close()

    def canary(self, bad: bool) -> None:
        """Take the outcome of a request that the canary answered."""
        self._all_canary += 1
        self._bad_canary += bad
        self._block_canary += 1
        self._block_bad_canary += bad
        if self._block_main:
            self._close()

    @property
    def worse(self) -> float:
        """Evidence (e-value) against: the canary is worse by no more than the tolerance."""
        return self._worse.wealth

    @property
    def difference(self) -> float:
        """Share of bad ones of the canary less that of main, so far; 0 where one of them has no request."""
        if not self._all_main or not self._all_canary:
            return 0.0
        return self._bad_canary / self._all_canary - self._bad_main / self._all_main

    def convicts(self, needed: float) -> bool:
        """Return whether the evidence reaches what is needed and the difference itself exceeds the tolerance."""
        # the difference is the cheaper of the two, and asked after every request
        return self.difference > self._tolerance and self.worse >= needed

    def record(self) -> RolloutStream:
        """Return what was counted."""
        return RolloutStream(
            respect=self._respect,
            tolerance=self._tolerance,
            main=self._all_main,
            main_bad=self._bad_main,
            canary=self._all_canary,
            canary_bad=self._bad_canary,
            worse=self.worse,
            no_worse=self._no_worse.wealth,
        )

    def _close(self) -> None:
        difference = self._block_bad_canary / self._block_canary - self._block_bad_main / self._block_main
        self._worse.add(difference)
        self._no_worse.add(-difference)
        self._block_main, self._block_bad_main, self._block_canary, self._block_bad_canary = 0, 0, 0, 0
