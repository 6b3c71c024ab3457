import math
import os
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from tests.features.histories import AS_DRAWN, EVENTS, VIEW, as_columns, as_rows, same, slow

from netwright.features.online_store import OnlineStore
from netwright.records.errors import InputError, StorageError
from netwright.records.feature_view import Feature, FeatureView, NumberColumn

SPENT = FeatureView(
    name="spent",
    entity="card",
    time="time",
    columns=(NumberColumn(name="amount"),),
    features=(
        Feature(name="payments", aggregation="count"),
        Feature(name="spent", aggregation="sum", column="amount"),
        Feature(name="usual", aggregation="mean", column="amount", default=-1.0),
    ),
    ttl=100.0,
)


@pytest.fixture
def store(tmp_path):
    with OnlineStore(tmp_path / "store.db", SPENT) as opened:
        yield opened


@AS_DRAWN
@given(EVENTS)
def test_it_agrees_with_a_slow_computation(events):
    rows = as_rows(as_columns(events))
    with OnlineStore(":memory:", VIEW) as store:
        for row in rows:
            store.update(row)
        for row in rows:
            own = {"amount": row["amount"], "shop": row["shop"]}
            served = store.lookup(row["card"], row["time"], own)
            for name, value in slow(VIEW, rows, row["card"], row["time"], row["amount"]).items():
                assert same(served[name], value), name


def test_an_unknown_entity_gets_the_defaults(store):
    assert store.lookup("nobody", 50.0) == {"payments": 0.0, "spent": 0.0, "usual": -1.0}


def test_the_file_keeps_what_was_added(tmp_path, store):
    store.update({"card": "a", "time": 10.0, "amount": 2.5})
    with OnlineStore(tmp_path / "store.db", SPENT) as again:
        again.update({"card": "a", "time": 11.0, "amount": 1.0})
        assert again.lookup("a", 12.0)["spent"] == 3.5 == store.lookup("a", 12.0)["spent"]


def test_pruning_changes_no_later_lookup_and_refuses_earlier_ones(store):
    for time in range(0, 300, 7):
        store.update({"card": "ab"[time % 2], "time": float(time), "amount": time / 8})
    asked = [(card, at) for card in "ab" for at in (250.0, 299.5, 350.0)]
    before = [store.lookup(card, at) for card, at in asked]
    held = store.count()
    assert store.prune(250.0, most=3) == 3
    assert store.prune(250.0) == 19
    assert store.count() == held - 22
    assert [store.lookup(card, at) for card, at in asked] == before
    with pytest.raises(InputError, match="was pruned"):
        store.lookup("a", 249.0)


def test_a_refused_event_leaves_nothing_of_its_transaction(store):
    def add():
        with store.transaction():
            store.update({"card": "a", "time": 1.0, "amount": 2.0})
            store.update({"card": "a", "time": 2.0, "amount": math.inf})

    with pytest.raises(InputError, match="'amount' is inf"):
        add()
    assert store.count() == 0


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"time": 1.0}, "'card' is None"),
        ({"card": "", "time": 1.0}, "name of an entity"),
        ({"card": "a"}, "'time' is None"),
        ({"card": "a", "time": math.nan}, "no time in seconds"),
        ({"card": "a", "time": 1e300}, "no time in seconds"),
        ({"card": "a", "time": 10**400}, "beyond every double"),
        ({"card": "\ud800", "time": 1.0}, "no text"),
        ({"card": "a", "time": 1.0, "amount": "2"}, "give a number"),
        ({"card": "a", "time": 1.0, "amount": 1e15}, "give a number below"),
        ({"card": "a", "time": 1.0, "shop": "x"}, "has no column 'shop'"),
    ],
)
def test_what_is_no_event_is_refused(store, event, message):
    with pytest.raises(InputError, match=message):
        store.update(event)
    assert store.count() == 0


def test_a_store_of_another_view_or_of_something_else_is_refused(tmp_path, store):
    with pytest.raises(InputError, match="another view"):
        OnlineStore(tmp_path / "store.db", SPENT.model_copy(update={"ttl": 99.0}))
    (tmp_path / "text.db").write_text("this is a text, and no database at all. " * 50)
    with pytest.raises(InputError, match="no sound SQLite file"):
        OnlineStore(tmp_path / "text.db", SPENT)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE songs (name TEXT)")
    other.close()
    with pytest.raises(InputError, match="no store of features"):
        OnlineStore(tmp_path / "other.db", SPENT)
    with pytest.raises(StorageError, match="could not open"):
        OnlineStore(tmp_path / "nowhere" / "store.db", SPENT)


def test_several_threads_lose_nothing(store):
    def add(card):
        for time in range(50):
            store.update({"card": card, "time": float(time), "amount": 1.0})

    threads = [threading.Thread(target=add, args=(card,)) for card in "abab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.lookup(card, 60.0)["spent"] for card in "ab"] == [100.0, 100.0]


KILLED = """
import sys
from pathlib import Path
from netwright.features.online_store import OnlineStore
from netwright.records.feature_view import FeatureView
view = FeatureView.from_json(Path(sys.argv[2]).read_text())
store = OnlineStore(Path(sys.argv[1]), view)
time = store.count()
while True:
    store.update({"card": "a", "time": float(time % 90), "amount": 1.0})
    time += 1
    print(time, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 40, 333])
def test_killed_at_any_moment_it_keeps_what_was_acknowledged(tmp_path, lines):
    (tmp_path / "view.json").write_text(SPENT.to_json())
    command = [sys.executable, "-c", KILLED, str(tmp_path / "store.db"), str(tmp_path / "view.json")]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    told = [int(child.stdout.readline()) for _ in range(lines)]
    os.kill(child.pid, signal.SIGKILL)
    told += [int(line) for line in child.stdout.read().splitlines() if line]
    child.stdout.close()
    child.wait()
    with OnlineStore(tmp_path / "store.db", SPENT) as store:
        # one more may have been kept, whose acknowledgement was not heard
        assert store.count() in {told[-1], told[-1] + 1}
        assert store.lookup("a", 95.0)["payments"] == store.count()
