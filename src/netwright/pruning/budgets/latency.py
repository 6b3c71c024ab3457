"""A budget in time on the machine that the network will run on."""

from dataclasses import dataclass

from netwright.pruning.allocate import cheapest_exactly, least_weight
from netwright.pruning.budgets.budget import Choice, check_multiple, ladder_of, rounding_words
from netwright.pruning.latency_table import LatencyTable
from netwright.records.errors import InputError
from netwright.records.units import format_quantity

FAVOURED = 32
"""Widths that processors like are multiples of this: whole vectors, whole cache lines."""


@dataclass(frozen=True)
class Latency:
    """Keeps what can be computed in a time, as a table measured on the target machine foresees it.

    Minimises sum_l E_l(k_l) subject to sum_l tau_l(k_l) <= T - rest over widths k_l, with E_l the cost of what goes of
    place l, and tau_l its time at each width.

    Args:
        seconds: T, of one batch of the table's shape.
        table: What the network takes at which widths.
        multiple: Widths of feed-forward networks are multiples of this.
    """

    seconds: float
    table: LatencyTable
    multiple: int = FAVOURED

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise InputError(f"found a latency budget of {self.seconds:g} s; ask for more than 0")
        check_multiple(self.multiple)

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        texts, tokens = self.table.batch
        threads = f"{self.table.threads} thread{'' if self.table.threads == 1 else 's'}"
        shape = f"{texts} x {tokens} tokens on {threads}"
        return f"at most {_written(self.seconds)} for {shape}{rounding_words(self.multiple)}"

    def widths(self, choice: Choice) -> list[int]:
        """Return how many units each place keeps.

        Args:
            choice: The places.

        Returns:
            One number an offer.

        Raises:
            InputError: The network without all that may go still takes longer, or the table is of another network.
        """
        ladders = [
            ladder_of(offer, self.multiple, self.table.curve(offer.unit, offer.count).at) for offer in choice.offers
        ]
        room, least = self.seconds - self.table.rest, least_weight(ladders)
        if least > room:
            raise InputError(
                f"a budget of {self.title} cannot be met: of {_written(self.table.dense)}, "
                f"{_written(self.table.rest + least)} are left when all that may go is gone; ask for that or more, or "
                "let other units go too"
            )
        return cheapest_exactly(ladders, room)


def _written(seconds: float) -> str:
    return format_quantity(seconds, "s")
