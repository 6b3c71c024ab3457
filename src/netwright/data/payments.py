"""Synthetic payments of cards with a past, a few of them fraud: each feature of the past is computed, none drawn."""

import numpy as np

from netwright.data.encoding import Numbers, Words
from netwright.data.fetch import Fetched
from netwright.data.keep import kept
from netwright.data.payments_stream import DAYS, draw_cards, draw_stream
from netwright.data.payments_view import VIEW
from netwright.data.table import TableDataset, make_table_dataset
from netwright.features.training_join import training_join

NAME = "payments"
LICENCE = "Apache-2.0"
CLASSES = ("legitimate", "fraud")
WARM_UP, TRAIN, TEST = 20_000, 100_000, 30_000
CARDS = 8_000
SEED = 21
NOTES = (
    "SYNTHETIC: drawn by netwright from a model of card use; no payment, customer or bank is real",
    f"rows are in the order of time over about {DAYS} days, the test rows after all training rows, and the ways of "
    "fraud change meanwhile",
    "what is told of a card's past is computed from its payments before, by the feature view 'payments'",
    "the columns age and region are for comparing groups; the models do not see them",
)

_VERSION = "1"
_HIDDEN = ("age", "region")


def fetch() -> Fetched:
    """Return where the payments are: they are made by a program, nothing has to be fetched."""
    return Fetched(NAME, None, {}, "made by netwright (synthetic)", LICENCE)


def load() -> TableDataset:
    """Return the payments: 100,000 training rows and, later in time, 30,000 test rows; 1 to 2% are fraud.

    Returns:
        The data set; groups by `age` and `region`.
    """
    key = f"{_VERSION} {WARM_UP} {TRAIN} {TEST} {CARDS} {SEED} {VIEW.to_json()}"
    return kept(NAME, key, TableDataset, lambda: make(WARM_UP, TRAIN, TEST, CARDS, SEED))


def make(warm_up: int, train: int, test: int, cards: int, seed: int) -> TableDataset:
    """Return payments of a stream, with the features that `netwright.data.payments_view` computes.

    Args:
        warm_up: Payments at the start that are history only, so that cards have a past.
        train: Rows of the training part, after them.
        test: Rows of the test part, later in time.
        cards: How many cards there are.
        seed: Decides every draw.

    Returns:
        The data set.
    """
    raw, labels = history(warm_up + train + test, cards, seed)
    columns = training_join(VIEW, {name: values for name, values in raw.items() if name not in _HIDDEN})
    split = warm_up + train
    parts = [
        ({name: values[part] for name, values in columns.items()}, labels[part])
        for part in (slice(warm_up, split), slice(split, None))
    ]
    groups = {name: raw[name][split:].astype(np.str_) for name in _HIDDEN}
    return make_table_dataset(NAME, parts[0], parts[1], CLASSES, NOTES, groups)


def history(
    count: int, cards: int, seed: int
) -> tuple[dict[str, Numbers | Words], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return raw payments in the order of time, SYNTHETIC, as a bank would hand them in.

    Args:
        count: How many.
        cards: Of how many cards.
        seed: Decides every draw.

    Returns:
        (columns, labels): name -> values (count,), the columns of `VIEW` and the hidden groups `age` and `region`; and
        1 where a payment is labelled as fraud, else 0.
    """
    random = np.random.default_rng(seed)
    return draw_stream(count, draw_cards(cards, random), random)
