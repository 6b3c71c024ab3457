"""The training join over many events: the latest value by ASOF JOIN, and window aggregations, within a limit of memory.

Run: python benchmarks/features/asof_join.py [--rows 10000000] [--memory 4] [--threads 2] [--windows]
"""

import argparse
import tempfile
import time
from pathlib import Path

from netwright.features.bound_view import bind
from netwright.features.database import Resources, opened
from netwright.features.training_join import prepare_rows
from netwright.records.feature_view import Feature, FeatureView, NumberColumn

LATEST = (
    Feature(name="seconds since last", aggregation="since"),
    Feature(name="last amount", aggregation="last", column="amount"),
)
WINDOWS = (
    Feature(name="payments in 24 h", aggregation="count", window=86_400),
    Feature(name="amount in 24 h", aggregation="sum", column="amount", window=86_400),
    Feature(name="largest amount", aggregation="max", column="amount"),
)


class Clock:
    """Seconds of a clock on the wall, and of the processor: on a busy machine the first tells little."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def told(self) -> str:
        """Return the seconds since the start, in words."""
        wall, processor = time.perf_counter() - self._wall, time.process_time() - self._processor
        return f"{wall:.1f} s ({processor:.1f} s of processor time)"


def view_of(features: tuple[Feature, ...]) -> FeatureView:
    """Return a view of payments."""
    return FeatureView(
        name="payments",
        entity="card",
        time="time",
        columns=(NumberColumn(name="amount"),),
        features=features,
        ttl=2_592_000,
    )


def write_events(path: Path, rows: int, entities: int) -> None:
    """Write random payments of many cards over 90 days as Parquet."""
    with opened(Resources()) as connection:
        connection.execute(
            f"COPY (SELECT 'c' || (hash(i) % {entities}) AS card, "
            "make_timestamp((1767225600000000 + hash(i + 7) % 7776000000000)::BIGINT) AS time, "
            f"(hash(i + 9) % 100000) / 100 AS amount FROM range({rows}) r(i)) TO '{path}' (FORMAT parquet)"
        )


def asof_alone(path: Path, resources: Resources) -> str:
    """Return what the bare ASOF JOIN of the events with themselves takes, from Parquet to a table."""
    with opened(resources) as connection:
        clock = Clock()
        connection.execute(
            f"CREATE TABLE joined AS SELECT m.card, m.time, e.time AS last, e.amount FROM '{path}' m "
            f"ASOF LEFT JOIN '{path}' e ON m.card = e.card AND m.time > e.time"
        )
        seconds = clock.told()
        rows = connection.execute("SELECT count(*) FROM joined").fetchall()[0][0]
        return f"{seconds}, {rows:,} rows"


def join(view: FeatureView, path: Path, resources: Resources) -> str:
    """Return what the whole training join takes, from Parquet to the table of its terms: reading, checks, join."""
    with opened(resources) as connection:
        clock = Clock()
        prepare_rows(connection, bind(view), path, None)
        return clock.told()


def main() -> None:
    """Print seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--memory", type=float, default=4.0, help="GB that the database may use")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--windows", action="store_true", help="also a view of window aggregations")
    asked = parser.parse_args()
    resources = Resources(memory=int(asked.memory * 1e9), threads=asked.threads)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "events.parquet")
        write_events(path, asked.rows, asked.entities)
        told = f"{asked.rows:,} events of {asked.entities:,} cards, {asked.threads} threads, {asked.memory:g} GB"
        print(f"{told}; goal for the ASOF JOIN: <= 10 s")
        print(f"ASOF JOIN alone, from Parquet: {asof_alone(path, resources)}")
        print(f"training join, latest value and time since, from Parquet: {join(view_of(LATEST), path, resources)}")
        if asked.windows:
            print(f"training join, three window aggregations: {join(view_of(WINDOWS), path, resources)}")


if __name__ == "__main__":
    main()
