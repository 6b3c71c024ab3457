"""How many rows after a drift begins its detectors ring.

    python benchmarks/monitoring/rows_to_notice.py [--repeats 20] [--calm 10000] [--after 5000] [--peers N]
        [--evidently PYTHON] [--drifts PART_OF_NAME ...]

Each drift begins after 10,000 calm rows (2,000 for texts). Told are the median and the 90th percentile of the rows
until the alarm, over repeats with other draws; `never` where the alarm did not come within 5,000 rows. A ring before
the drift counts as false. `evident` are the rows until the evidence sufficed, whatever the effect. `--peers N` runs
river's detectors on N of the repeats, `--evidently PYTHON` Evidently's report on windows of 100 and 1000 rows, with the
share of the windows that ring before and after.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from peers import PEERS, evidently_rings, first_ring
from streams import (
    CLASSES,
    FEATURES,
    REFERENCE,
    Garments,
    Rows,
    drawn_features,
    joined,
    reference_of,
    text_features,
    texts,
)

from netwright.monitoring.drift.monitor import DriftMonitor
from netwright.qualities.corruptions import CORRUPTIONS


@dataclass(frozen=True)
class Case:
    """A drift: `make` draws a reference, calm rows and rows that drifted."""

    name: str
    features: object
    make: Callable[[np.random.Generator], tuple[Rows, Rows, Rows]]


def normal(n: int, rng: np.random.Generator) -> Rows:
    """Independent normal features and equally frequent classes."""
    return Rows(rng.normal(size=(n, FEATURES)).astype(np.float32), rng.integers(0, CLASSES, n))


def planted(name: str, spoil: Callable[[Rows, np.random.Generator], None], calm: int, after: int) -> Case:
    """A drift of normal features."""

    def make(rng: np.random.Generator) -> tuple[Rows, Rows, Rows]:
        drifted = normal(after, rng)
        spoil(drifted, rng)
        return normal(REFERENCE, rng), normal(calm, rng), drifted

    return Case(name, drawn_features(), make)


def shift(by: float) -> Callable[[Rows, np.random.Generator], None]:
    """One feature moves."""

    def spoil(rows: Rows, _: np.random.Generator) -> None:
        rows.numbers[:, 3] += by

    return spoil


def scale(by: float) -> Callable[[Rows, np.random.Generator], None]:
    """One feature widens."""

    def spoil(rows: Rows, _: np.random.Generator) -> None:
        rows.numbers[:, 3] *= by

    return spoil


def lose(share: float) -> Callable[[Rows, np.random.Generator], None]:
    """A share of one feature goes missing."""

    def spoil(rows: Rows, rng: np.random.Generator) -> None:
        rows.numbers[rng.random(len(rows.numbers)) < share, 3] = np.nan

    return spoil


def favour(share: float) -> Callable[[Rows, np.random.Generator], None]:
    """A tenth of the rows has each class; now one has so large a share."""

    def spoil(rows: Rows, rng: np.random.Generator) -> None:
        rows.predicted[rng.random(len(rows.predicted)) < (share - 0.1) / 0.9] = 0

    return spoil


def stick(rows: Rows, rng: np.random.Generator) -> None:
    """Three rows in ten show the same value."""
    rows.numbers[rng.random(len(rows.numbers)) < 0.3, 3] = 0.4


def cases(calm: int, after: int, parts: list[str]) -> list[Case]:
    """The drifts whose name has one of some parts."""
    drifts = {f"mean + {by:g} spread": shift(by) for by in (0.1, 0.25, 0.5, 1.0)}
    drifts |= {f"spread x {by:g}": scale(by) for by in (0.5, 1.5, 2.0)}
    drifts |= {f"{share:.0%} missing": lose(share) for share in (0.05, 0.2)}
    drifts |= {f"one class from 10% to {share:.0%}": favour(share) for share in (0.2, 0.4)}
    drifts |= {"30% stuck at one value": stick}
    made = [planted(name, spoil, calm, after) for name, spoil in drifts.items()] + [_texts(after)]
    return [one for one in made if _wanted(one.name, parts)] + _garments(calm, after, parts)


def _wanted(name: str, parts: list[str]) -> bool:
    return any(part in name for part in parts)


def _garments(calm: int, after: int, parts: list[str]) -> list[Case]:
    chosen = [name for name in CORRUPTIONS if _wanted(f"garments: {name}", parts)]
    if not chosen:
        return []
    garments = Garments()

    def make_of(name: str) -> Callable[[np.random.Generator], tuple[Rows, Rows, Rows]]:
        def make(rng: np.random.Generator) -> tuple[Rows, Rows, Rows]:
            spoilt = garments.corrupted(name, after)
            order = rng.permutation(len(garments.rows.numbers) - after)
            reference, quiet = order[:REFERENCE], order[REFERENCE : REFERENCE + calm]
            return garments.rows.take(reference), garments.rows.take(quiet), spoilt.take(rng.permutation(after))

        return make

    return [Case(f"garments: {name}", garments.watched.features, make_of(name)) for name in chosen]


def _texts(after: int) -> Case:
    reviews, tweets = texts("reviews"), texts("reviews-tweets")

    def make(rng: np.random.Generator) -> tuple[Rows, Rows, Rows]:
        order = rng.permutation(len(reviews.numbers))
        later = rng.permutation(len(tweets.numbers))[:after]
        return reviews.take(order[:4000]), reviews.take(order[4000:6000]), tweets.take(later)

    return Case("reviews -> tweets", text_features(), make)


def main() -> None:
    """Time each detector on each drift."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--calm", type=int, default=10_000)
    parser.add_argument("--after", type=int, default=5000)
    parser.add_argument("--peers", type=int, default=0)
    parser.add_argument("--evidently")
    parser.add_argument("--drifts", nargs="+", default=[""])
    arguments = parser.parse_args()
    for case in cases(arguments.calm, arguments.after, arguments.drifts):
        _notice(case, "netwright", arguments.repeats, DriftMonitor)
        for name, make in PEERS.items() if arguments.peers else ():
            _notice(case, name, arguments.peers, make)
        if arguments.evidently:
            _windows(case, arguments.evidently)


def _notice(case: Case, name: str, repeats: int, make_detector) -> None:
    delays, evident, false = [], [], 0
    for seed in range(repeats):
        reference, calm, drifted = case.make(np.random.default_rng(seed))
        made = reference_of(reference, case.features)
        detector = make_detector(made)
        found = first_ring(detector, joined(calm, drifted), 8)
        early = found is not None and found <= len(calm.numbers)
        false += early
        if not early:
            delays.append(np.inf if found is None else found - len(calm.numbers))
            evident.append(_evident(detector) - len(calm.numbers))
    told = [f"{value:,.0f}" if np.isfinite(value) else "never" for value in _quantiles(delays)]
    note = f"; evident after {_quantiles(evident)[0]:,.0f}" if name == "netwright" else ""
    figures = f"median {told[0]:>6}, 90% {told[1]:>6}; {false} of {repeats} rang before{note}"
    print(f"{case.name:28} {name:26} {figures}", flush=True)


def _evident(detector) -> float:
    """Return the rows after which the first evidence sufficed; infinity for a detector that does not tell."""
    if not isinstance(detector, DriftMonitor):
        return np.inf
    return min((one.discovered for one in detector.state().features if one.discovered is not None), default=np.inf)


def _quantiles(delays: list[float]) -> tuple[float, float]:
    if not delays:
        return np.inf, np.inf
    low, high = np.quantile(delays, [0.5, 0.9], method="higher")
    return float(low), float(high)


def _windows(case: Case, python: str) -> None:
    for window in (100, 1000):
        reference, calm, drifted = case.make(np.random.default_rng(0))
        before = evidently_rings(python, reference, calm.take(slice(10 * window)), window)
        after = evidently_rings(python, reference, drifted.take(slice(5 * window)), window)
        shares = f"{sum(before)} of {len(before)} windows ring before, {sum(after)} of {len(after)} after"
        print(f"{case.name:28} Evidently, windows of {window:<6} {shares}", flush=True)


if __name__ == "__main__":
    main()
