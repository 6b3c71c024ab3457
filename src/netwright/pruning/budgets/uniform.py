"""A budget that is the same in every place."""

from dataclasses import dataclass

from netwright.pruning.budgets.budget import Choice, allowed_widths, check_multiple, check_share, rounding_words
from netwright.records.errors import InputError


@dataclass(frozen=True)
class Uniform:
    """Keeps the same share of the units of every place, so that all blocks stay of one shape.

    A model of one shape loads with the code of its library alone. It loses more than one whose widths may differ.

    Args:
        keep: The share, in (0, 1].
        multiple: Widths of feed-forward networks are multiples of this; then no more than the share is kept.

    >>> Uniform(0.5, 32).title
    '50% of the units of every place, widths in multiples of 32'
    """

    keep: float = 0.5
    multiple: int = 1

    def __post_init__(self) -> None:
        check_share(self.keep, "units")
        check_multiple(self.multiple)

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        return f"{100 * self.keep:.4g}% of the units of every place{rounding_words(self.multiple)}"

    def widths(self, choice: Choice) -> list[int]:
        """Return how many units each place keeps.

        Args:
            choice: The places.

        Returns:
            One number an offer.

        Raises:
            InputError: A place would lose units that must stay, or all of them.
        """
        found = []
        for offer in choice.offers:
            most = max(round(self.keep * offer.count), 1)
            fitting = [width for width in allowed_widths(offer, self.multiple) if 0 < width <= most]
            if not fitting:
                least = min(width for width in allowed_widths(offer, self.multiple) if width)
                raise InputError(
                    f"{self.title} cannot be kept: {offer.place} has {offer.count} {offer.unit}, and the least that "
                    f"may stay of them is {least}; ask for {least / offer.count:.4g} or more"
                )
            found.append(fitting[0])
        return found
