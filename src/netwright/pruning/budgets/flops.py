"""A budget in arithmetic: a share of the dense network's FLOPs."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan

from netwright.pruning.budgets.additive import Limit, widths_within
from netwright.pruning.budgets.budget import Choice, Offer, check_multiple, check_share, rounding_words
from netwright.records.errors import InputError
from netwright.records.units import format_quantity


@dataclass(frozen=True)
class Flops:
    """Keeps a share of the arithmetic at most, of a call on texts as long as those that are looked at.

    Args:
        keep: The share of the dense network's FLOPs, in (0, 1].
        multiple: Widths of feed-forward networks are multiples of this.

    >>> Flops(0.6).title
    'at most 60% of the FLOPs'
    """

    keep: float
    multiple: int = 1

    def __post_init__(self) -> None:
        check_share(self.keep, "the FLOPs")
        check_multiple(self.multiple)

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        return f"at most {100 * self.keep:.4g}% of the FLOPs{rounding_words(self.multiple)}"

    def widths(self, choice: Choice) -> list[int]:
        """Return how many units each place keeps.

        Args:
            choice: The places.

        Returns:
            One number an offer.

        Raises:
            InputError: There is no batch to count FLOPs of.
        """
        if isnan(choice.flops):
            raise InputError(f"a budget of {self.title} needs a batch to count them of; hand in one or more")
        limit = Limit(self.keep * choice.flops, choice.flops, _each, _written(choice.flops))
        return widths_within(choice, limit, self.multiple, self.title)


def _each(offer: Offer) -> float:
    return offer.flops


def _written(whole: float) -> Callable[[float], str]:
    return lambda amount: f"{format_quantity(amount, 'FLOP')} ({amount / whole:.1%})"
