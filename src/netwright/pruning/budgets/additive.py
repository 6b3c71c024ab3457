"""Limits on what every unit has a fixed part of: parameters, bytes, arithmetic."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from netwright.pruning.allocate import Floats, cheapest_by_density, least_weight
from netwright.pruning.budgets.budget import Choice, Offer, ladder_of
from netwright.records.errors import InputError


@dataclass(frozen=True)
class Limit:
    """How much of a quantity the whole network may have.

    Args:
        most: The limit.
        whole: What the dense network has.
        per_unit: What goes with one unit of a place.
        written: How a person reads an amount of it.
    """

    most: float
    whole: float
    per_unit: Callable[[Offer], float]
    written: Callable[[float], str]


def widths_within(choice: Choice, limit: Limit, multiple: int, title: str) -> list[int]:
    """Return the widths of least cost with which a network stays within a limit.

    Args:
        choice: The places.
        limit: What the network may have.
        multiple: Of what the widths of neurons are multiples.
        title: The budget, in words, for the message.

    Returns:
        One number an offer.

    Raises:
        InputError: What must stay exceeds the limit.
    """
    ladders = [ladder_of(offer, multiple, _weigh(limit.per_unit(offer))) for offer in choice.offers]
    rest = limit.whole - sum(limit.per_unit(offer) * offer.count for offer in choice.offers)
    least = rest + least_weight(ladders)
    if least > limit.most:
        raise InputError(
            f"a budget of {title} cannot be met: of {limit.written(limit.whole)}, {limit.written(least)} are left when "
            f"all that may go is gone; ask for that or more, or let other units go too"
        )
    return cheapest_by_density(ladders, limit.most - rest)


def _weigh(each: float) -> Callable[[Floats], Floats]:
    # where no neuron stays, one that writes nothing holds the place
    return lambda widths: np.maximum(widths, 1.0) * each
