"""How cards are used in the synthetic payments of `netwright.data.fraud`, by their owners and by thieves."""

from dataclasses import dataclass

MERCHANTS = ("groceries", "fuel", "restaurant", "clothes", "electronics", "travel", "games", "gift cards", "other")
CHANNELS = ("chip", "contactless", "online", "phone")
COUNTRIES = ("home", "neighbour", "abroad")
AGES = ("18-24", "25-34", "35-49", "50-64", "65+")


@dataclass(frozen=True)
class Behaviour:
    """One way to use a card; each of its payments is drawn independently of the others.

    Args:
        fraud: Whether it is fraud.
        share: Its share of all payments on the first and on the last day, relative to the other behaviours.
        amount: Mean and standard deviation of ln(amount in euros).
        unusual: The same of ln(amount / what this customer usually pays).
        distance: The same of ln(kilometres from home).
        pause: The same of ln(minutes since the card's last payment).
        busy: Mean number of the card's payments in the last 24 hours (Poisson).
        night: Share of payments between midnight and 6 o'clock.
        new_device: P(the device was never seen with this card), for payments without a terminal.
        wrong_codes: Mean number of wrong codes before the payment (Poisson).
        merchants: Weights of `MERCHANTS`.
        channels: Weights of `CHANNELS`.
        countries: Weights of `COUNTRIES`.
        ages: Weights of `AGES`, of the card's owner.
    """

    fraud: bool
    share: tuple[float, float]
    amount: tuple[float, float]
    unusual: tuple[float, float]
    distance: tuple[float, float]
    pause: tuple[float, float]
    busy: float
    night: float
    new_device: float
    wrong_codes: float
    merchants: tuple[float, ...]
    channels: tuple[float, ...]
    countries: tuple[float, ...]
    ages: tuple[float, ...]


_EVERYONE = (12, 20, 28, 23, 17)
BEHAVIOURS = (
    # the day's shopping
    Behaviour(
        False, (58, 50), (3.2, 0.8), (-0.1, 0.6), (1.0, 0.9), (6.8, 1.1), 1.2, 0.03, 0.0, 0.03,
        (48, 14, 18, 8, 1, 0, 0, 1, 10), (40, 60, 0, 0), (97, 2.5, 0.5), _EVERYONE,
    ),
    # shopping at home, more of it every month
    Behaviour(
        False, (24, 33), (3.6, 1.0), (0.1, 0.8), (1.0, 1.0), (6.6, 1.4), 1.5, 0.10, 0.08, 0.08,
        (6, 0, 8, 30, 18, 6, 12, 4, 16), (0, 0, 93, 7), (82, 12, 6), (20, 27, 28, 17, 8),
    ),
    # on a journey: far away and abroad, often much at once
    Behaviour(
        False, (8, 7), (4.0, 0.9), (0.4, 0.8), (5.6, 1.0), (5.6, 1.3), 3.0, 0.12, 0.25, 0.10,
        (12, 8, 30, 10, 3, 27, 0, 1, 9), (45, 35, 15, 5), (25, 40, 35), (12, 24, 30, 22, 12),
    ),
    # a large purchase, once in a while
    Behaviour(
        False, (4, 4), (6.0, 0.7), (2.0, 0.6), (2.4, 1.0), (7.2, 1.2), 0.8, 0.02, 0.15, 0.05,
        (0, 0, 2, 12, 42, 24, 0, 4, 16), (55, 5, 35, 5), (90, 7, 3), _EVERYONE,
    ),
    # young players at night: many small payments in a row
    Behaviour(
        False, (5, 5), (1.8, 0.8), (-0.9, 0.7), (1.0, 1.0), (3.0, 1.2), 5.0, 0.35, 0.12, 0.10,
        (0, 0, 4, 4, 2, 0, 78, 6, 6), (0, 0, 99, 1), (60, 25, 15), (46, 34, 15, 4, 1),
    ),
    # trying out stolen numbers: tiny payments in a row; banks learn to stop it
    Behaviour(
        True, (0.55, 0.15), (1.0, 0.7), (-1.6, 0.8), (1.6, 1.2), (1.2, 1.0), 6.5, 0.40, 0.75, 0.5,
        (0, 0, 2, 4, 6, 2, 56, 10, 20), (0, 0, 97, 3), (35, 30, 35), _EVERYONE,
    ),
    # a stolen card in shops: large amounts in a hurry, before it is blocked
    Behaviour(
        True, (0.50, 0.40), (5.2, 0.8), (1.7, 0.7), (3.4, 1.1), (3.2, 1.1), 4.5, 0.15, 0.5, 0.5,
        (4, 6, 2, 20, 40, 2, 0, 20, 6), (40, 50, 10, 0), (75, 15, 10), (9, 14, 22, 25, 30),
    ),
    # a taken-over account: a known pattern at first rare, later the most frequent
    Behaviour(
        True, (0.10, 0.60), (5.4, 0.7), (1.5, 0.7), (1.2, 1.0), (6.0, 1.5), 1.6, 0.30, 0.85, 0.25,
        (0, 0, 0, 8, 32, 22, 6, 26, 6), (0, 0, 88, 12), (55, 20, 25), (6, 12, 22, 26, 34),
    ),
    # just below the limit that asks for a code: appears in the second half and looks like the day's shopping
    Behaviour(
        True, (0.0, 0.45), (3.75, 0.12), (0.5, 0.5), (2.9, 0.8), (3.0, 0.8), 4.5, 0.06, 0.0, 0.02,
        (42, 30, 8, 6, 4, 0, 0, 4, 6), (4, 96, 0, 0), (97, 2, 1), _EVERYONE,
    ),
)  # fmt: skip
