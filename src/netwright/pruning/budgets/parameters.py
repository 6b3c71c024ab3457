"""A budget in parameters of the whole network."""

from dataclasses import dataclass

from netwright.pruning.budgets.additive import Limit, widths_within
from netwright.pruning.budgets.budget import Choice, Offer, check_multiple, rounding_words
from netwright.records.errors import InputError


@dataclass(frozen=True)
class Parameters:
    """Keeps a number of parameters at most, embeddings and all else counted.

    Args:
        most: Parameters of the pruned network.
        multiple: Widths of feed-forward networks are multiples of this.

    >>> Parameters(15_000_000).title
    'at most 15,000,000 parameters'
    """

    most: int
    multiple: int = 1

    def __post_init__(self) -> None:
        if self.most < 1:
            raise InputError(f"found a budget of {self.most} parameters; ask for at least 1")
        check_multiple(self.multiple)

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        return f"at most {self.most:,} parameters{rounding_words(self.multiple)}"

    def widths(self, choice: Choice) -> list[int]:
        """Return how many units each place keeps.

        Args:
            choice: The places.

        Returns:
            One number an offer.
        """
        limit = Limit(self.most, choice.parameters, _each, lambda amount: f"{amount:,.0f} parameters")
        return widths_within(choice, limit, self.multiple, self.title)


def _each(offer: Offer) -> float:
    return offer.parameters
