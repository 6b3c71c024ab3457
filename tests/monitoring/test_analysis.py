"""The telemetry in DuckDB says what is in the store."""

import math

import numpy as np
import pytest

from netwright.monitoring import analysis
from netwright.monitoring.event import Event, Label
from netwright.monitoring.store import Store
from netwright.records.errors import StorageError


@pytest.mark.parametrize("batch", [3, 50_000])
def test_every_row_is_there_and_joins(tmp_path, monkeypatch, batch):
    monkeypatch.setattr(analysis, "_BATCH", batch)
    with Store(tmp_path / "t.db") as store:
        numbers = [np.array([i, i / 2], "<f4").tobytes() for i in range(10)]
        store.append(
            [Event(str(i), float(i), "1", "mlp", "main", 200, i % 2, 0.5, i / 1000, numbers[i]) for i in range(10)],
            [Label(str(i), 0, 60.0) for i in range(4)],
        )
        store.append([Event("odd", 0.0, "1", "", "main", 429, -1, math.nan, math.nan, b"abc")])
        store.settle("a", 3)
    with analysis.telemetry_tables(tmp_path / "t.db") as tables:
        right = "SELECT avg((predicted = label)::INT) FROM events JOIN labels USING (id)"
        assert tables.execute(right).fetchone() == (0.5,)
        assert tables.execute("SELECT count(*), max(features[2]) FROM events").fetchone() == (11, 4.5)
        assert tables.execute("SELECT features, confidence FROM events WHERE id = 'odd'").fetchone() == (None, None)
        assert tables.execute("SELECT lost FROM losses").fetchall() == [(3,)]


def test_an_empty_telemetry_has_empty_tables(tmp_path):
    Store(tmp_path / "t.db").close()
    with analysis.telemetry_tables(tmp_path / "t.db") as tables:
        assert tables.execute("SELECT count(*) FROM events").fetchone() == (0,)
    with pytest.raises(StorageError, match="no telemetry at"):
        analysis.telemetry_tables(tmp_path / "no.db")
