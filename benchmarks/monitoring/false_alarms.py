"""How often drift detectors ring where nothing drifts.

    python benchmarks/monitoring/false_alarms.py [--streams 100] [--rows 100000] [--batches 1 100 10000]
        [--data drawn garments] [--peers N] [--evidently PYTHON]

`drawn`: sixteen features of many kinds and the class, 100,000 rows, a new reference for each stream. `garments`: what
is watched of Fashion-MNIST through a small network, shuffled anew for each stream: a reference of 10,000 rows, and
40,000 rows behind it. `--peers N` runs river's detectors on N of the streams; `--evidently PYTHON` runs Evidently's
report on windows, with a Python that has it. The monitor says the same at each size of batch, bit for bit, so that the
smaller ones need fewer streams: `--streams` counts for the largest, a tenth of them for the others.
"""

import argparse
import time

import numpy as np
from peers import PEERS, evidently_rings, first_ring
from scipy.stats import beta
from streams import REFERENCE, Garments, Rows, drawn, drawn_features, reference_of

from netwright.monitoring.drift.monitor import DriftMonitor


class Streams:
    """Exchangeable streams, each with a reference, by number."""

    def __init__(self, kind: str, rows: int) -> None:
        self._garments = Garments() if kind == "garments" else None
        self.features = self._garments.watched.features if self._garments else drawn_features()
        self._rows = rows

    def make(self, seed: int) -> tuple[Rows, Rows]:
        """Return a reference and a stream."""
        rng = np.random.default_rng(seed)
        if self._garments is None:
            return drawn(REFERENCE, rng), drawn(self._rows, rng)
        order = rng.permutation(len(self._garments.rows.numbers))
        calm = order[REFERENCE : REFERENCE + self._rows]
        return self._garments.rows.take(order[:REFERENCE]), self._garments.rows.take(calm)


def main() -> None:
    """Count the alarms of each detector."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 100, 10_000])
    parser.add_argument("--data", nargs="+", choices=["drawn", "garments"], default=["drawn", "garments"])
    parser.add_argument("--peers", type=int, default=0)
    parser.add_argument("--evidently")
    arguments = parser.parse_args()
    for kind in arguments.data:
        streams = Streams(kind, arguments.rows)
        for batch in sorted(arguments.batches, reverse=True):
            count = arguments.streams if batch == max(arguments.batches) else max(arguments.streams // 10, 1)
            _ours(kind, streams, batch, count)
        _theirs(kind, streams, arguments.peers)
        if arguments.evidently:
            _evidently(kind, streams, arguments.evidently)


def _ours(kind: str, streams: Streams, batch: int, count: int) -> None:
    rang, evident, seen, started = 0, 0, 0, time.process_time()
    for seed in range(count):
        reference, rows = streams.make(seed)
        monitor = DriftMonitor(reference_of(reference, streams.features), seed)
        rang += first_ring(monitor, rows, batch) is not None
        evident += any(one.discovered is not None for one in monitor.state().features)
        seen += len(rows.numbers)
    speed = seen / (time.process_time() - started)
    note = f"discovered without regard to effect in {evident}; {speed:,.0f} rows per CPU second, streams included"
    _tell(kind, f"netwright, batch {batch}", rang, count, seen, note)


def _theirs(kind: str, streams: Streams, count: int) -> None:
    for name, make in PEERS.items() if count else ():
        first, seen = [], 0
        for seed in range(count):
            reference, rows = streams.make(seed)
            found = first_ring(make(reference_of(reference, streams.features)), rows, 100)
            first.append(found if found is not None else np.inf)
            seen += len(rows.numbers) if found is None else found
        _tell(
            kind,
            name,
            int(np.isfinite(first).sum()),
            count,
            seen,
            f"first alarm after {np.median(first):,.0f} rows (median)",
        )


def _evidently(kind: str, streams: Streams, python: str) -> None:
    for window, most in ((100, 10_000), (1000, 40_000)):
        reference, rows = streams.make(0)
        rang = evidently_rings(python, reference, rows.take(slice(most)), window)
        print(f"{kind:9} Evidently, windows of {window}: {sum(rang)} of {len(rang)} windows ring")


def _tell(kind: str, name: str, rang: int, count: int, seen: int, note: str) -> None:
    low = beta.ppf(0.025, rang, count - rang + 1) if rang else 0.0
    high = beta.ppf(0.975, rang + 1, count - rang) if rang < count else 1.0
    print(f"{kind:9} {name}: {rang} of {count} streams ring [{low:.1%}, {high:.1%}], {seen:,} rows; {note}", flush=True)


if __name__ == "__main__":
    main()
