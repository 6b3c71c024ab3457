"""Automatic roll-back: a canary that is worse than main loses its share, and a good one hardly ever does."""

from dataclasses import dataclass

from netwright.records.errors import InputError
from netwright.records.rollout import Respect, RolloutStream
from netwright.serving.routing.comparison import Comparison


@dataclass(frozen=True)
class Tolerances:
    """What a canary may be worse by than main, each as a share of requests.

    Args:
        errors: Requests that it could not answer: a status of 500 or more, but for a deadline that passed (504).
        slow: Answers later than `latency`, refusals by a full queue (429) and passed deadlines (504).
        wrong: Predictions that were not the label that came later.
        latency: Seconds after which an answer is a late one.
        alpha: Probability of a roll-back where it is within all three, at most, however long it runs.

    Raises:
        InputError: A tolerance is not from 0 to below 1, alpha not between 0 and 1, or the latency not above 0.
    """

    errors: float = 0.01
    slow: float = 0.05
    wrong: float = 0.02
    latency: float = 0.1
    alpha: float = 0.01

    def __post_init__(self) -> None:
        for name in ("errors", "slow", "wrong"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(
                    f"a tolerance of {getattr(self, name)} for {name} was given; give one from 0 to below 1"
                )
        if not 0 < self.alpha < 1:
            raise InputError(f"an alpha of {self.alpha} was given; give one between 0 and 1, such as 0.01")
        if not self.latency > 0:
            raise InputError(f"a latency of {self.latency} s was given; give one above 0")


class Rollback:
    """Watches a canary in three respects and says when it is enough.

    The canary is given up as soon as, in one respect, the e-value against "it is worse by no more than the tolerance"
    reaches 3/alpha (3 respects, alpha divided among them) and the observed difference exceeds the tolerance. By Ville's
    inequality and the union bound a canary within all tolerances is ever given up with a probability of at most alpha.

    Args:
        tolerances: What it may be worse by.

    Source: Johari, Koomen, Pekelis and Walsh, Always Valid Inference, Operations Research 70(3), 2022; `comparison` and
    `wager` for the test.
    """

    def __init__(self, tolerances: Tolerances) -> None:
        self.tolerances = tolerances
        self._errors = Comparison("errors", tolerances.errors)
        self._slow = Comparison("slow", tolerances.slow)
        self._wrong = Comparison("wrong", tolerances.wrong)
        self._needed = 3 / tolerances.alpha

    def main(self, status: int, latency: float) -> None:
        """Take a request that main answered: the status of its response, and seconds from arrival to answer."""
        late = status in {429, 504} or latency > self.tolerances.latency
        self._errors.main(status >= 500 and status != 504)
        self._slow.main(late)

    def canary(self, status: int, latency: float) -> None:
        """Take a request that the canary answered, or should have."""
        late = status in {429, 504} or latency > self.tolerances.latency
        self._errors.canary(status >= 500 and status != 504)
        self._slow.canary(late)

    def main_label(self, wrong: bool) -> None:
        """Take a label of a request that main answered."""
        self._wrong.main(wrong)

    def canary_label(self, wrong: bool) -> None:
        """Take a label of a request that the canary answered."""
        self._wrong.canary(wrong)

    def verdict(self) -> Respect | None:
        """Return in which respect the canary is worse; None while nothing shows that."""
        named: tuple[tuple[Respect, Comparison], ...] = (
            ("errors", self._errors),
            ("slow", self._slow),
            ("wrong", self._wrong),
        )
        return next((respect for respect, one in named if one.convicts(self._needed)), None)

    def streams(self) -> tuple[RolloutStream, ...]:
        """Return what was counted, one record a respect."""
        return self._errors.record(), self._slow.record(), self._wrong.record()
