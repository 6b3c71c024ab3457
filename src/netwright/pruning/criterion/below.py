"""A budget that is none: the costs themselves say how much goes, as with the fixed thresholds of the anatomy paper."""

from dataclasses import dataclass

from netwright.pruning.budgets.budget import Choice
from netwright.records.errors import InputError


@dataclass(frozen=True)
class Below:
    """Removes every unit whose removal costs less than a number, and no other.

    With `Criterion` a cost is the factor on the thresholds from which on a neuron goes, so that 1 leaves them as they
    are: |n_lj| / t_l < 1 holds where |n_lj| < t_l, in floating-point numbers too.

    Args:
        cost: The number.

    >>> import torch
    >>> from netwright.pruning.budgets.budget import Offer
    >>> from netwright.pruning.removal import by_importance
    >>> offer = Offer("block", 0, "neurons", by_importance(torch.tensor([0.5, 2.0, 1.0])), 1, 4, 2.0, 0)
    >>> Below(1.0).widths(Choice([offer], 3, 12, 6.0))
    [2]
    """

    cost: float = 1.0

    def __post_init__(self) -> None:
        if not self.cost >= 0:
            raise InputError(f"found a bound of {self.cost} for the cost of what goes; give 0 or more")

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        return f"all that costs less than {self.cost:g}"

    def widths(self, choice: Choice) -> list[int]:
        """Return how many units each place keeps: those that cost too much, and at least what it must keep.

        Args:
            choice: The places.

        Returns:
            One number an offer.
        """
        return [max(offer.least, int((offer.removal.cost >= self.cost).sum())) for offer in choice.offers]
