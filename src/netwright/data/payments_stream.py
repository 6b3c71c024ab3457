"""A stream of synthetic card payments in which cards have a past: episodes of use, by their owners and by thieves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.data.encoding import Numbers, Words
from netwright.data.fraud_behaviours import AGES, BEHAVIOURS, CHANNELS, COUNTRIES, MERCHANTS, Behaviour

DAYS = 120
START = 1_767_225_600
"""2026-01-01 00:00 UTC, in seconds since the epoch."""
REGIONS = ("north", "east", "south", "west")

EPISODES: tuple[tuple[float, float, float], ...] = (
    (0.3, 3.9, 0.9),
    (0.4, 3.2, 1.1),
    (3.0, 5.2, 1.0),
    (0.05, 4.5, 0.8),
    (4.0, 2.9, 0.9),
    (9.0, 1.2, 0.8),
    (4.0, 3.2, 0.8),
    (1.6, 5.4, 1.2),
    (4.5, 3.0, 0.7),
)
"""Of each behaviour of `netwright.data.fraud_behaviours`: how many payments follow the first one of an episode on
average (Poisson), and mean and standard deviation of ln(minutes between two of them)."""
_UNNOTICED, _DISPUTED = 0.04, 0.0004
"""Shares of frauds that are never noticed, and of legitimate payments that are disputed all the same."""
_INFLATION, _HABIT = 0.14, 0.45
_REGION_SHARES, _FURTHER = (0.20, 0.25, 0.30, 0.25), (0.7, 0.2, 0.0, 0.0)
_AGE_SHARES = (0.12, 0.20, 0.28, 0.23, 0.17)
_WITHOUT_TERMINAL = ("online", "phone")
_DAY, _MINUTE = 86_400.0, 60.0
Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cards:
    """The cards, and how their owners use them.

    Args:
        age: Index into `AGES`, (C,).
        region: Index into `REGIONS`, (C,).
        activity: How often the owner pays, relative to others, (C,).
        habit: How much larger ln(amount) of its owner's payments is, (C,).
        opened: Months since the account was opened, (C,).
    """

    age: Codes
    region: Codes
    activity: Numbers
    habit: Numbers
    opened: Numbers


def draw_cards(count: int, random: np.random.Generator) -> Cards:
    """Return cards.

    Args:
        count: How many.
        random: Source of all draws.

    Returns:
        The cards.
    """
    return Cards(
        age=random.choice(len(AGES), count, p=_AGE_SHARES),
        region=random.choice(len(REGIONS), count, p=_REGION_SHARES),
        activity=random.gamma(1.5, 1 / 1.5, count),
        habit=_HABIT * random.standard_normal(count),
        opened=random.exponential(48, count).round(0),
    )


def draw_stream(count: int, cards: Cards, random: np.random.Generator) -> tuple[dict[str, Numbers | Words], Codes]:
    """Draw payments in the order of time.

    An episode is of one behaviour and one card: legitimate ones of cards whose owners pay often and are of an age that
    does so, fraudulent ones of cards of the age that is robbed. Merchants, channels, amounts and the rest of each
    payment are drawn as its behaviour has them; a card's owner pays more or less by habit, a thief does not know it.

    Args:
        count: How many payments.
        cards: The cards.
        random: Source of all draws.

    Returns:
        (columns, labels): name -> values (count,), and 1 where a payment is labelled as fraud, else 0.
    """
    kind, card, time = _payments(count, cards, random)
    draw = _Draws(kind, random)
    channel = draw.word(CHANNELS, lambda b: b.channels)
    without = np.isin(channel, _WITHOUT_TERMINAL)
    fraud = np.array([behaviour.fraud for behaviour in BEHAVIOURS])[kind]
    moment = (time - START) / (DAYS * _DAY)
    amount = draw.normal(lambda b: b.amount) + _INFLATION * moment + np.where(fraud, 0.0, cards.habit[card])
    distance = np.exp(draw.normal(lambda b: b.distance) + np.array(_FURTHER)[cards.region[card]])
    columns: dict[str, Numbers | Words] = {
        "card": np.char.add("c", np.char.zfill(card.astype(np.str_), 5)),
        "time": time,
        "amount": np.exp(amount).round(2).clip(0.01),
        "merchant": draw.word(MERCHANTS, lambda b: b.merchants),
        "channel": channel,
        "country": draw.word(COUNTRIES, lambda b: b.countries),
        "device": np.where(without, np.where(draw.chance(lambda b: b.new_device), "new", "known"), ""),
        "km from home": np.where(without, np.nan, distance.round(1)),
        "wrong codes": random.poisson(draw.of(lambda b: b.wrong_codes)).astype(np.float64),
        "months of account": cards.opened[card],
        "age": np.array(AGES)[cards.age[card]],
        "region": np.array(REGIONS)[cards.region[card]],
    }
    luck = random.random(count)
    return columns, np.where(fraud, luck >= _UNNOTICED, luck < _DISPUTED).astype(np.int64)


def _payments(count: int, cards: Cards, random: np.random.Generator) -> tuple[Codes, Codes, Numbers]:
    """Return behaviour, card and time of the payments, in the order of time."""
    further = np.array([episode[0] for episode in EPISODES])
    # more episodes than are needed: the stream ends with its count, and the last episodes are cut
    episodes = int(1.03 * count / (1 + _mean_further(further))) + 50
    moment = np.sort(random.random(episodes))
    kind = _kinds(moment, further, random)
    card = _cards_of(kind, cards, random)
    sizes = 1 + random.poisson(further[kind])
    starts = START + (np.floor(moment * DAYS) + _hours(kind, random) / 24) * _DAY
    first = np.repeat(sizes.cumsum() - sizes, sizes)
    kind, card = np.repeat(kind, sizes), np.repeat(card, sizes)
    pause = np.array([episode[1:] for episode in EPISODES])[kind]
    minutes = np.exp(pause[:, 0] + pause[:, 1] * random.standard_normal(len(kind)))
    minutes[first == np.arange(len(kind))] = 0.0
    passed = minutes.cumsum()
    time = (np.repeat(starts, sizes) + _MINUTE * (passed - passed[first])).round(0)
    order = np.argsort(time, kind="stable")[:count]
    return kind[order], card[order], time[order]


def _mean_further(further: Numbers) -> float:
    shares = np.array([np.mean(behaviour.share) for behaviour in BEHAVIOURS])
    return float(shares.sum() / (shares / (1 + further)).sum() - 1)


def _kinds(moment: Numbers, further: Numbers, random: np.random.Generator) -> Codes:
    first, last = (np.array([behaviour.share[end] for behaviour in BEHAVIOURS]) for end in (0, 1))
    # shares are of payments: a behaviour of long episodes has fewer of them
    return _drawn((first + moment[:, None] * (last - first)) / (1 + further), random)


def _cards_of(kind: Codes, cards: Cards, random: np.random.Generator) -> Codes:
    card = np.empty(len(kind), np.int64)
    for place, behaviour in enumerate(BEHAVIOURS):
        rows = np.flatnonzero(kind == place)
        weights = (np.array(behaviour.ages) / (100 * np.array(_AGE_SHARES)))[cards.age]
        if not behaviour.fraud:
            weights = weights * cards.activity
        card[rows] = random.choice(len(cards.age), len(rows), p=weights / weights.sum())
    return card


def _hours(kind: Codes, random: np.random.Generator) -> Numbers:
    """Draw the hour at which episodes start: evenly over the night, or around the early afternoon."""
    nights = np.array([behaviour.night for behaviour in BEHAVIOURS])[kind]
    day = (14.5 + 3.5 * random.standard_normal(len(kind))).clip(6, 23.9)
    return np.where(random.random(len(kind)) < nights, 6 * random.random(len(kind)), day)


def _drawn(weights: Numbers, random: np.random.Generator) -> Codes:
    bounds = weights.cumsum(1) / weights.sum(1, keepdims=True)
    places: Codes = (random.random(len(weights))[:, None] > bounds).sum(1)
    return places.clip(max=weights.shape[1] - 1)


class _Draws:
    """Draws columns of payments whose behaviours are known."""

    def __init__(self, kind: Codes, random: np.random.Generator) -> None:
        self._kind, self._random = kind, random

    def of(self, figure: Callable[[Behaviour], float]) -> Numbers:
        """Return a figure of each payment's behaviour."""
        return np.array([figure(behaviour) for behaviour in BEHAVIOURS], dtype=np.float64)[self._kind]

    def normal(self, figures: Callable[[Behaviour], tuple[float, float]]) -> Numbers:
        """Draw from N(mean, deviation^2)."""
        mean, deviation = self.of(lambda b: figures(b)[0]), self.of(lambda b: figures(b)[1])
        return mean + deviation * self._random.standard_normal(len(self._kind))

    def chance(self, figure: Callable[[Behaviour], float]) -> NDArray[np.bool_]:
        """Draw what is true with a probability."""
        return self._random.random(len(self._kind)) < self.of(figure)

    def word(self, levels: Sequence[str], weights: Callable[[Behaviour], tuple[float, ...]]) -> Words:
        """Draw one of some words by their weights."""
        table = np.array([weights(behaviour) for behaviour in BEHAVIOURS], dtype=np.float64)
        return np.array(levels)[_drawn(table[self._kind], self._random)]
