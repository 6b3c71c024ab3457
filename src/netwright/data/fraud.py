"""Synthetic card payments, a few of them fraud: drawn from a model of how cards are used, from no bank."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from netwright.data.encoding import Numbers, Words
from netwright.data.fetch import Fetched
from netwright.data.fraud_behaviours import AGES, BEHAVIOURS, CHANNELS, COUNTRIES, MERCHANTS, Behaviour
from netwright.data.keep import kept
from netwright.data.table import TableDataset, make_table_dataset

NAME = "fraud"
LICENCE = "Apache-2.0"
CLASSES = ("legitimate", "fraud")
TRAIN, TEST = 100_000, 30_000
DAYS = 300
SEED = 20
REGIONS = ("north", "east", "south", "west")
NOTES = (
    "SYNTHETIC: drawn by netwright from a model of card use; no payment, customer or bank is real",
    f"rows are in the order of time over {DAYS} days, the test rows after all training rows, and the ways of fraud "
    "change meanwhile",
    "the columns age and region are for comparing groups; the models do not see them",
)

_VERSION = "1"
_UNNOTICED = 0.04
_DISPUTED = 0.0004
"""Shares of frauds that are never noticed, and of legitimate payments that are disputed all the same."""
_INFLATION = 0.14
_REGION_SHARES, _FURTHER = (0.20, 0.25, 0.30, 0.25), (0.7, 0.2, 0.0, 0.0)
"""Of the regions: shares of the customers, and how much ln(kilometres from home) is larger there."""
_WITHOUT_TERMINAL = ("online", "phone")
_HIDDEN = ("age", "region")


def fetch() -> Fetched:
    """Return where the payments are: they are made by a program, nothing has to be fetched."""
    return Fetched(NAME, None, {}, "made by netwright (synthetic)", LICENCE)


def load() -> TableDataset:
    """Return the payments: 100,000 training rows and, later in time, 30,000 test rows; 1 to 2% are fraud.

    Returns:
        The data set; groups by `age` and `region`.
    """
    return kept(NAME, f"{_VERSION} {TRAIN} {TEST} {SEED}", TableDataset, lambda: make(TRAIN, TEST, SEED))


def make(train: int, test: int, seed: int) -> TableDataset:
    """Return payments of a stream.

    Each payment is of one behaviour of `netwright.data.fraud_behaviours`, whose shares move from the first to the last
    day, and its columns are drawn from that behaviour's distributions. Some frauds are never noticed and some
    legitimate payments are disputed, so that no model can be perfect.

    Args:
        train: Rows of the training part.
        test: Rows of the test part, later in time.
        seed: Decides every draw.

    Returns:
        The data set.
    """
    columns, labels = draw_payments(train + test, np.random.default_rng(seed))
    seen = {name: values for name, values in columns.items() if name not in _HIDDEN}
    parts = [
        ({name: values[part] for name, values in seen.items()}, labels[part])
        for part in (slice(None, train), slice(train, None))
    ]
    groups = {name: columns[name][train:].astype(np.str_) for name in _HIDDEN}
    return make_table_dataset(NAME, parts[0], parts[1], CLASSES, NOTES, groups)


def draw_payments(count: int, random: np.random.Generator) -> tuple[dict[str, Numbers | Words], NDArray[np.int64]]:
    """Draw payments in the order of time.

    Args:
        count: How many.
        random: Source of all draws.

    Returns:
        (columns, labels): name -> values (count,), and 1 where a payment is labelled as fraud, else 0.
    """
    moment = np.sort(random.random(count))
    stream = _Stream(_kinds(moment, random), random)
    merchant, channel = stream.word(MERCHANTS, lambda b: b.merchants), stream.word(CHANNELS, lambda b: b.channels)
    country, age = stream.word(COUNTRIES, lambda b: b.countries), stream.word(AGES, lambda b: b.ages)
    region = random.choice(len(REGIONS), count, p=_REGION_SHARES)
    without = np.isin(channel, _WITHOUT_TERMINAL)
    distance = stream.normal(lambda b: b.distance) + np.array(_FURTHER)[region]
    first = random.random(count) < 0.01
    columns: dict[str, Numbers | Words] = {
        "ln amount": (stream.normal(lambda b: b.amount) + _INFLATION * moment).round(3),
        "ln amount to usual": stream.normal(lambda b: b.unusual).round(3),
        "ln km from home": np.where(without, np.nan, distance.round(3)),
        "ln minutes since last": np.where(first, np.nan, stream.normal(lambda b: b.pause).round(3)),
        "payments in 24 h": stream.count(lambda b: b.busy),
        "wrong codes": stream.count(lambda b: b.wrong_codes),
        "hour": stream.hour(),
        "months of account": random.exponential(48, count).round(0),
        "merchant": merchant,
        "channel": channel,
        "country": country,
        "device": np.where(without, np.where(stream.chance(lambda b: b.new_device), "new", "known"), ""),
        "age": age,
        "region": np.array(REGIONS)[region],
    }
    frauds = stream.of(lambda b: float(b.fraud)) > 0
    luck = random.random(count)
    return columns, np.where(frauds, luck >= _UNNOTICED, luck < _DISPUTED).astype(np.int64)


def _kinds(moment: Numbers, random: np.random.Generator) -> NDArray[np.int64]:
    first, last = (np.array([behaviour.share[end] for behaviour in BEHAVIOURS]) for end in (0, 1))
    return _drawn(first + moment[:, None] * (last - first), random)


def _drawn(weights: Numbers, random: np.random.Generator) -> NDArray[np.int64]:
    bounds = weights.cumsum(1) / weights.sum(1, keepdims=True)
    places: NDArray[np.int64] = (random.random(len(weights))[:, None] > bounds).sum(1)
    return places.clip(max=weights.shape[1] - 1)


class _Stream:
    """Draws the columns of payments whose behaviours are known."""

    def __init__(self, kind: NDArray[np.int64], random: np.random.Generator) -> None:
        self._kind, self._random = kind, random

    def of(self, figure: Callable[[Behaviour], float]) -> Numbers:
        """Return a figure of each payment's behaviour."""
        return np.array([figure(behaviour) for behaviour in BEHAVIOURS], dtype=np.float64)[self._kind]

    def normal(self, figures: Callable[[Behaviour], tuple[float, float]]) -> Numbers:
        """Draw from N(mean, deviation^2)."""
        mean, deviation = self.of(lambda b: figures(b)[0]), self.of(lambda b: figures(b)[1])
        return mean + deviation * self._random.standard_normal(len(self._kind))

    def count(self, figure: Callable[[Behaviour], float]) -> Numbers:
        """Draw from Poisson distributions."""
        return self._random.poisson(self.of(figure)).astype(np.float64)

    def chance(self, figure: Callable[[Behaviour], float]) -> NDArray[np.bool_]:
        """Draw what is true with a probability."""
        return self._random.random(len(self._kind)) < self.of(figure)

    def hour(self) -> Numbers:
        """Draw the hour of the day: evenly over the night, or around the early afternoon."""
        day = (14.5 + 3.5 * self._random.standard_normal(len(self._kind))).clip(6, 23.9)
        night = 6 * self._random.random(len(self._kind))
        return np.where(self.chance(lambda b: b.night), night, day).round(1)

    def word(self, levels: Sequence[str], weights: Callable[[Behaviour], tuple[float, ...]]) -> Words:
        """Draw one of some words by their weights."""
        table = np.array([weights(behaviour) for behaviour in BEHAVIOURS], dtype=np.float64)
        return np.array(levels)[_drawn(table[self._kind], self._random)]
