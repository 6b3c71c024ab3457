import datetime
import math
import sys

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.features.histories import AS_DRAWN

from netwright.features.database import Resources, opened
from netwright.features.event import stored_event
from netwright.features.history import load_events
from netwright.features.joined_file import write_joined
from netwright.features.training_join import training_join
from netwright.records.errors import DataError, InputError, MissingExtraError, StorageError
from netwright.records.feature_view import Feature, FeatureView, NumberColumn, WordColumn

VIEW = FeatureView(
    name="v",
    entity="card",
    time="time",
    columns=(NumberColumn(name="amount"), WordColumn(name='it\'s "x"')),
    features=(
        Feature(name="spent", aggregation="sum", column="amount"),
        Feature(name="since", aggregation="since"),
        Feature(name="kinds", aggregation="distinct", column='it\'s "x"'),
    ),
    ttl=86_400.0,
)
CELLS = st.just(math.nan) | st.floats(-1e8, 1e8) | st.integers(-(10**6), 10**6).map(lambda half: half / 200)


@AS_DRAWN
@given(st.lists(st.tuples(CELLS, st.floats(-1e9, 8e9)), min_size=1, max_size=60))
def test_the_database_rounds_as_the_service_does(cells):
    columns = {
        "card": np.array(["a"] * len(cells)),
        "amount": np.array([amount for amount, _ in cells]),
        "time": np.array([time for _, time in cells]),
        'it\'s "x"': np.array([""] * len(cells)),
    }
    with opened(Resources(200_000_000, 1)) as connection:
        load_events(connection, "events", columns, VIEW, ())
        loaded = connection.execute("SELECT time, c0 FROM events ORDER BY number").fetchall()
    events = [stored_event(VIEW, {"card": "a", "time": time, "amount": amount}) for amount, time in cells]
    assert loaded == [(event.time, event.values[0]) for event in events]


CSV = 'card,time,amount,"it\'s ""x""",label\n0012,{},1.25,x,yes\n0012,{},NA,y,no\n012,{},3,x,no\n'


@pytest.mark.parametrize(
    "times",
    [
        ("2026-01-01 00:00:00", "2026-01-01 00:01:00", "2026-01-01 00:02:00"),
        ("2026-01-01T00:00:00Z", "2026-01-01T02:01:00+02:00", "2026-01-01T00:02:00+00:00"),
        ("1767225600", "1767225660.0", "1767225720"),
    ],
)
def test_a_csv_file_is_read_by_what_the_view_says(tmp_path, times):
    path = tmp_path / "o'brien.csv"
    path.write_text(CSV.format(*times))
    joined = training_join(VIEW, path)
    assert joined["since"].tolist()[1] == 60.0
    # 0012 and 012 are two cards
    assert np.isnan(joined["since"][2])
    assert joined["spent"].tolist() == [0.0, 1.25, 0.0]
    assert joined["kinds"].tolist() == [0.0, 1.0, 0.0]


def test_a_star_in_a_name_is_a_star(tmp_path):
    for name in ("a*[b]?.csv", "a1[b]2.csv"):
        (tmp_path / name).write_text(CSV.format("0", "60", "120"))
    assert len(training_join(VIEW, tmp_path / "a*[b]?.csv")["since"]) == 3


def test_written_rows_keep_labels_beside_them_and_can_be_read_again(tmp_path):
    (tmp_path / "in.csv").write_text(CSV.format("0", "60", "120"))
    assert write_joined(VIEW, tmp_path / "in.csv", tmp_path / "out.csv") == 3
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0] == "card,event_timestamp,spent,since,kinds,label"
    assert lines[2] == "0012,1970-01-01 00:01:00,1.25,60.0,1.0,no"
    write_joined(VIEW, tmp_path / "in.csv", tmp_path / "out.parquet")
    with opened(Resources()) as connection:
        rows = connection.execute(f"FROM '{tmp_path}/out.parquet'").fetchall()
    assert rows[1] == ("0012", datetime.datetime(1970, 1, 1, 0, 1), 1.25, 60.0, 1.0, "no")  # noqa: DTZ001
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.csv", "out.csv", "out.parquet"]


@pytest.mark.parametrize("kind", ["datetime64[us]", "datetime64[ns]", "datetime64[s]", np.int64, np.float64])
def test_times_of_any_type_are_the_same_moment(kind):
    times = np.array([1_767_225_600, 1_767_225_660], "datetime64[s]").astype(kind)
    columns = {"card": np.array([1, 1]), "time": times, "amount": np.array([1, 2]), 'it\'s "x"': np.array(["", ""])}
    assert training_join(VIEW, columns)["since"].tolist()[1] == 60.0


def test_arrow_tables_are_events_too():
    columns = columns_with(card=np.array(["a", "a"]))
    table = pyarrow.table({name: pyarrow.array(values.tolist()) for name, values in columns.items()})
    expected = training_join(VIEW, columns)
    joined = training_join(VIEW, table)
    assert all(np.array_equal(joined[name], expected[name], equal_nan=True) for name in expected)


def test_what_is_no_table_is_told():
    with pytest.raises(DataError, match=r"cannot use this data|no table"):
        training_join(VIEW, 12)


def columns_with(**more):
    given = {"card": np.array(["a", "b"]), "time": np.array([1.0, 2.0]), "amount": np.array([1.0, 2.0])}
    return {**given, 'it\'s "x"': np.array(["x", ""]), **more}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"time": np.array([1.0, math.nan])}, "'time': 1 cells are not times before"),
        ({"time": np.array(["1", "yesterday"])}, "such as 'yesterday'"),
        ({"time": np.array([1.0, 1e12])}, "not times before the year 2255"),
        ({"time": np.array([1.0, math.inf])}, "not times before the year 2255"),
        ({"amount": np.array([math.inf, 1.0])}, "'amount': 1 cells are not numbers below"),
        ({"amount": np.array([1e15, 1.0])}, "'amount': 1 cells are not numbers below"),
        ({"amount": np.array(["1", "many"])}, "such as 'many'"),
        ({"card": np.array(["a", ""])}, "'card': 1 cells are not the name of an entity"),
        ({"card": np.array([0.5, 1.0])}, "'card' is of type DOUBLE"),
        ({'it\'s "x"': np.array([0.5, 1.0])}, "give words"),
        ({"amount": np.array([1.0])}, "different numbers of events"),
        ({name: np.array([]) for name in columns_with()}, "holds no events"),
    ],
)
def test_cells_that_hold_what_they_must_not_are_told(more, message):
    with pytest.raises(DataError, match=message):
        training_join(VIEW, columns_with(**more))


def test_a_missing_column_tells_the_nearest():
    columns = columns_with()
    columns["amounts"] = columns.pop("amount")
    with pytest.raises(DataError, match=r"no column 'amount'\. Did you mean amounts"):
        training_join(VIEW, columns)


def test_files_that_are_no_tables_are_told(tmp_path):
    for name, message in [("a.txt", "neither .parquet nor .csv"), ("b.parquet", "DuckDB cannot use this data")]:
        (tmp_path / name).write_bytes(b"\x00nothing")
        with pytest.raises(DataError, match=message):
            training_join(VIEW, tmp_path / name)
    with pytest.raises(DataError, match="is no file"):
        training_join(VIEW, tmp_path / "nothing.csv")
    with pytest.raises(InputError, match="ends neither"):
        write_joined(VIEW, tmp_path / "a.csv", tmp_path / "out.xlsx")


def test_a_folder_to_spill_to_that_is_not_there_is_a_message(tmp_path):
    with pytest.raises(StorageError, match=r"ran out of room.*nowhere"):
        training_join(VIEW, columns_with(), resources=Resources(spill=tmp_path / "nowhere"))


def test_a_missing_duckdb_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingExtraError, match=r"netwright\[monitor\]"):
        training_join(VIEW, columns_with())
