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


def view_of(features: tuple[Feature, ...]) -> FeatureView:
    """Return a view of payments."""
    return FeatureView(
        name="payments", entity="card", time="time", columns=(NumberColumn(name="amount"),), features=features, ttl=2_592_000
    )


def write_events(path: Path, rows: int, entities: int) -> None:
    """Write random payments of many cards over 90 days as Parquet."""
    with opened(Resources()) as connection:
        connection.execute(
            f"COPY (SELECT 'c' || (hash(i) % {entities}) AS card, "
            "make_timestamp((1767225600000000 + hash(i + 7) % 7776000000000)::BIGINT) AS time, "
            f"(hash(i + 9) % 100000) / 100 AS amount FROM range({rows}) r(i)) TO '{path}' (FORMAT parquet)"
        )


def asof_alone(path: Path, resources: Resources) -> tuple[float, int]:
    """Return seconds, and rows, of the bare ASOF JOIN of the events with themselves, from Parquet to a table."""
    with opened(resources) as connection:
        start = time.perf_counter()
        connection.execute(
            f"CREATE TABLE joined AS SELECT m.card, m.time, e.time AS last, e.amount FROM '{path}' m "
            f"ASOF LEFT JOIN '{path}' e ON m.card = e.card AND m.time > e.time"
        )
        seconds = time.perf_counter() - start
        return seconds, connection.execute("SELECT count(*) FROM joined").fetchall()[0][0]


def join(view: FeatureView, path: Path, resources: Resources) -> float:
    """Return seconds of the whole training join, from Parquet to the table of its terms: reading, checks, join."""
    with opened(resources) as connection:
        start = time.perf_counter()
        prepare_rows(connection, bind(view), path, None)
        return time.perf_counter() - start


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
        seconds, rows = asof_alone(path, resources)
        print(f"ASOF JOIN alone, from Parquet: {seconds:.1f} s, {rows:,} rows")
        print(f"training join, latest values by ASOF JOIN, with reading and checks: {join(view_of(LATEST), path, resources):.1f} s")
        if asked.windows:
            print(f"training join, three window aggregations: {join(view_of(WINDOWS), path, resources):.1f} s")


if __name__ == "__main__":
    main()
