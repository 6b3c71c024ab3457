"""What says how many units each place keeps: the interface that every budget has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from netwright.pruning.allocate import Floats, Ladder
from netwright.pruning.removal import Removal
from netwright.records.errors import InputError
from netwright.records.pruning import Unit


@dataclass(frozen=True, eq=False)
class Offer:
    """The units of one place, and what goes with each.

    Args:
        place: Path of the block, or of the list of blocks.
        layer: Number of the block; 0 of the list of blocks.
        unit: What the units are.
        removal: In which order they would go, and what each costs.
        parameters: Numbers that go with one unit.
        bytes: Of those.
        flops: That go with one unit, of a call on the example batch; NaN without one.
        least: Units that the place must keep.
    """

    place: str
    layer: int
    unit: Unit
    removal: Removal
    parameters: int
    bytes: int
    flops: float
    least: int

    @property
    def count(self) -> int:
        """How many units there are."""
        return len(self.removal.order)

    @property
    def needed(self) -> int:
        """Units that must stay: `least`, and all whose removal costs infinitely much."""
        return max(self.least, int(self.removal.cost.isinf().sum()))


@dataclass(frozen=True, eq=False)
class Choice:
    """What a budget chooses from.

    Args:
        offers: One a place.
        parameters: Of the whole network.
        bytes: Of the whole network's parameters.
        flops: Of the whole network on the example batch; NaN without one.
    """

    offers: Sequence[Offer]
    parameters: int
    bytes: int
    flops: float


class Budget(Protocol):
    """Says how many units each place keeps."""

    @property
    def title(self) -> str:
        """What is asked for, in words, as a plan states it."""
        ...

    def widths(self, choice: Choice) -> list[int]:
        """Return how many units each place keeps.

        Args:
            choice: The places, and what removing their units costs and saves.

        Returns:
            One number an offer.

        Raises:
            InputError: The budget cannot be met; the message says the least that can.
        """
        ...


def allowed_widths(offer: Offer, multiple: int) -> list[int]:
    """Return the widths that a place may take, the widest first.

    Args:
        offer: The place.
        multiple: Of what the widths of neurons are multiples, save the full one; heads and layers go one by one.

    Returns:
        The widths, falling.

    >>> import torch
    >>> from netwright.pruning.removal import by_importance
    >>> offer = Offer("block", 0, "neurons", by_importance(torch.ones(40)), 1, 4, 2.0, 0)
    >>> allowed_widths(offer, 16)
    [40, 32, 16, 0]
    """
    step = multiple if offer.unit == "neurons" else 1
    below = range((offer.count - 1) // step * step, offer.needed - 1, -step)
    return [offer.count, *(width for width in below if width < offer.count)]


def ladder_of(offer: Offer, multiple: int, weigh: Callable[[Floats], Floats]) -> Ladder:
    """Return the widths that a place may take, with their costs and weights.

    Args:
        offer: The place.
        multiple: Of what the widths are multiples.
        weigh: From widths to what they weigh.

    Returns:
        The ladder.
    """
    widths = np.array(allowed_widths(offer, multiple), dtype=np.int64)
    gone = np.concatenate([[0.0], np.cumsum(offer.removal.cost.double().cpu().numpy())])
    return Ladder(widths, gone[offer.count - widths], weigh(widths.astype(np.float64)))


def check_share(keep: float, what: str) -> None:
    """Raise where a share is none in (0, 1].

    Args:
        keep: The share.
        what: What it is a share of, in words.

    Raises:
        InputError: It is not.
    """
    if not 0 < keep <= 1:
        raise InputError(f"found a budget of {keep:g}; the share of {what} to keep lies above 0 and at most at 1")


def check_multiple(multiple: int) -> None:
    """Raise where widths cannot be multiples of a number.

    Args:
        multiple: The number.

    Raises:
        InputError: It is below 1.
    """
    if multiple < 1:
        raise InputError(f"found multiple={multiple}; widths are multiples of 1 or more, such as 16 or 32")


def rounding_words(multiple: int) -> str:
    """Return what a title adds where widths are multiples of a number.

    >>> rounding_words(32), rounding_words(1)
    (', widths in multiples of 32', '')
    """
    return f", widths in multiples of {multiple}" if multiple > 1 else ""
