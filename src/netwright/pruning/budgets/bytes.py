"""A budget in bytes of the whole network's parameters."""

from dataclasses import dataclass

from netwright.pruning.budgets.additive import Limit, widths_within
from netwright.pruning.budgets.budget import Choice, Offer, check_multiple, rounding_words
from netwright.records.errors import InputError
from netwright.records.units import format_quantity


@dataclass(frozen=True)
class Bytes:
    """Keeps a number of bytes at most, in the types that the parameters have.

    Args:
        most: Bytes of the pruned network's parameters.
        multiple: Widths of feed-forward networks are multiples of this.

    >>> Bytes(60e6).title
    'at most 60 MB of weights'
    """

    most: float
    multiple: int = 1

    def __post_init__(self) -> None:
        if not self.most > 0:
            raise InputError(f"found a budget of {self.most:g} bytes; ask for more than 0")
        check_multiple(self.multiple)

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        return f"at most {_written(self.most)} of weights{rounding_words(self.multiple)}"

    def widths(self, choice: Choice) -> list[int]:
        """Return how many units each place keeps.

        Args:
            choice: The places.

        Returns:
            One number an offer.
        """
        limit = Limit(self.most, choice.bytes, _each, _written)
        return widths_within(choice, limit, self.multiple, self.title)


def _each(offer: Offer) -> float:
    return offer.bytes


def _written(amount: float) -> str:
    return format_quantity(amount, "B", 4)
