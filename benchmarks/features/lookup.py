"""Looking up the features of a card in the online store, and adding a payment to it.

Run: python benchmarks/features/lookup.py [--cards 100000] [--payments 1000000] [--lookups 20000]
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from netwright.data.payments_view import VIEW
from netwright.features.event import StoredEvent
from netwright.features.online_features import OnlineFeatures
from netwright.features.online_store import OnlineStore

NOW, MONTH = 1_800_000_000, 2_592_000


def fill(store: OnlineStore, cards: int, payments: int, random: np.random.Generator) -> None:
    """Add payments of the last month, of cards drawn evenly."""
    card = random.integers(0, cards, payments)
    at = np.sort(random.integers((NOW - MONTH) * 1_000_000, NOW * 1_000_000, payments))
    cents = random.integers(1, 100_000, payments)
    merchants = np.array(["groceries", "fuel", "travel", "games"])[random.integers(0, 4, payments)]
    rows = zip(card.tolist(), at.tolist(), cents.tolist(), merchants.tolist())
    store.extend(
        StoredEvent(f"c{one}", moment, moment, (amount, merchant, "chip", "home", None, 25, 0, 48))
        for one, moment, amount, merchant in rows
    )


def timed(call, arguments: list) -> np.ndarray:
    """Return the milliseconds of each call."""
    taken = []
    for argument in arguments:
        start = time.perf_counter()
        call(argument)
        taken.append(time.perf_counter() - start)
    return np.array(taken) * 1e3


def told(what: str, taken: np.ndarray) -> str:
    """Return the quantiles in words."""
    p50, p99 = np.quantile(taken, [0.5, 0.99])
    return f"{what}: p50 {p50:.3f} ms, p99 {p99:.3f} ms, largest {taken.max():.2f} ms ({len(taken):,} calls)"


def words(*values: str) -> np.ndarray:
    """Return a BYTES tensor."""
    held = np.empty(len(values), object)
    held[:] = [value.encode() for value in values]
    return held


def main() -> None:
    """Print quantiles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--lookups", type=int, default=20_000)
    asked = parser.parse_args()
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as place, OnlineStore(Path(place, "store.db"), VIEW) as store:
        fill(store, asked.cards, asked.payments, random)
        print(f"{asked.cards:,} cards, {store.count():,} payments, {len(VIEW.features)} features; goal: p99 <= 1 ms")
        cards = [f"c{one}" for one in random.integers(0, asked.cards, asked.lookups).tolist()]
        own = {"amount": 12.5, "merchant": "fuel"}
        print(told("lookup", timed(lambda card: store.lookup(card, NOW + 1.0, own), cards)))
        print(told("update", timed(lambda card: store.update({"card": card, "time": NOW, **own}), cards)))
        service = OnlineFeatures(VIEW, store, clock=lambda: float(NOW + 2))
        tensors = [{"card": words(card), "amount": np.array([12.5]), "merchant": words("fuel")} for card in cards]
        print(told("enrich: lookup and update", timed(service.enrich, tensors)))
        for count in (100, 1_000):
            busy = [
                StoredEvent(f"busy{count}", (NOW - one) * 1_000_000, NOW * 1_000_000, (1,) + (None,) * 7)
                for one in range(count)
            ]
            store.extend(busy)
            looked = timed(lambda _: store.lookup(f"busy{count}", NOW + 1.0, own), list(range(300)))  # noqa: B023
            print(told(f"lookup of a card with {count:,} payments in its windows", looked))


if __name__ == "__main__":
    main()
