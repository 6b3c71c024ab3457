"""A budget in units: a share of all neurons stays, wherever they are worth most."""

from dataclasses import dataclass

from netwright.pruning.allocate import cheapest_by_density, least_weight
from netwright.pruning.budgets.budget import Choice, check_multiple, check_share, ladder_of, rounding_words
from netwright.records.errors import InputError


@dataclass(frozen=True)
class Neurons:
    """Keeps a share of the units of each kind: of all neurons, and of all heads where heads go too.

    Those stay whose removal costs most, wherever in the network they are.

    Args:
        keep: The share, in (0, 1].
        multiple: Widths of feed-forward networks are multiples of this; then no more than the share is kept.

    >>> Neurons(0.5).title
    '50% of the units'
    """

    keep: float = 0.5
    multiple: int = 1

    def __post_init__(self) -> None:
        check_share(self.keep, "units")
        check_multiple(self.multiple)

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        return f"{100 * self.keep:.4g}% of the units{rounding_words(self.multiple)}"

    def widths(self, choice: Choice) -> list[int]:
        """Return how many units each place keeps.

        Args:
            choice: The places.

        Returns:
            One number an offer.

        Raises:
            InputError: More units than that must stay.
        """
        found: dict[int, int] = {}
        for unit in dict.fromkeys(offer.unit for offer in choice.offers):
            members = [at for at, offer in enumerate(choice.offers) if offer.unit == unit]
            ladders = [ladder_of(choice.offers[at], self.multiple, lambda widths: widths) for at in members]
            total = sum(choice.offers[at].count for at in members)
            most, least = max(round(self.keep * total), 1), least_weight(ladders)
            if most < least:
                raise InputError(
                    f"{self.title} cannot be kept: {least:.0f} of {total} {unit} must stay; ask for "
                    f"{least / total:.4g} or more"
                )
            found |= dict(zip(members, cheapest_by_density(ladders, most), strict=True))
        return [found[at] for at in range(len(choice.offers))]
