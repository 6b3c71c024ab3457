import pytest

from netwright.monitoring.event import Event, Label
from netwright.records.errors import StorageError
from netwright.serving.telemetry import writer as module
from netwright.serving.telemetry.account import Account
from netwright.serving.telemetry.writer import Writer


def events(*names):
    return [Event(name, 1.0, "v", "m", "main", 200, 0, 0.5, 0.01) for name in names]


class Filling:
    """A store on a disk that is full while `full` says so."""

    def __init__(self, store):
        self.store, self.path, self.full = store, store.path, False

    def __getattr__(self, name):
        if self.full:
            raise StorageError("the disk is full")
        return getattr(self.store, name)


@pytest.fixture
def filling(store):
    return Filling(store)


def stored(store):
    return [row[0] for row in store.read("SELECT id FROM events ORDER BY rowid")]


def test_events_and_labels_are_stored_and_counted(store):
    writer = Writer(store, "boot")
    writer.take(events("a", "b"))
    assert writer.write([Label("a", 1, 2.0)])
    assert (writer.stored, writer.pending, writer.dropped) == (2, 0, 0)
    assert store.stored("boot") == 2
    assert store.read("SELECT id FROM labels") == [("a",)]
    # what is stored is not stored again
    writer.take(events("c"))
    assert writer.write([Label("b", 1, 2.0)])
    assert store.read("SELECT id FROM labels") == [("a",), ("b",)]
    assert stored(store) == ["a", "b", "c"]


def test_a_full_disk_holds_events_back_until_there_is_room(filling, store, caplog):
    writer = Writer(filling, "boot")
    filling.full = True
    writer.take(events("a"))
    assert not writer.write([Label("a", 1, 2.0)])
    writer.take(events("b"))
    assert not writer.write()
    assert (writer.stored, writer.pending) == (0, 2)
    filling.full = False
    assert writer.write()
    assert stored(store) == ["a", "b"]
    assert store.read("SELECT id FROM labels") == [("a",)]
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "goes on without: the disk is full" in told[0]
    assert "stored again; 0 events were given up" in told[1]


def test_what_the_memory_has_no_room_for_is_given_up_and_counted(filling, store, monkeypatch):
    monkeypatch.setattr(module, "MOST_PENDING", 3)
    writer = Writer(filling, "boot")
    filling.full = True
    writer.take(events(*"abcde"))
    writer.write([Label(name, 0, 1.0) for name in "abcde"])
    assert (writer.pending, writer.dropped) == (3, 2)
    writer.take(events("f"))
    assert (writer.pending, writer.dropped) == (3, 3)
    filling.full = False
    writer.write()
    assert stored(store) == ["a", "b", "c"]
    writer.take(events("g"))
    writer.write()
    assert stored(store) == ["a", "b", "c", "g"]
    assert writer.settle(accepted=7)
    assert [(one.accepted, one.stored, one.lost) for one in store.losses()] == [(7, 4, 3)]


def test_a_run_that_lost_nothing_enters_nothing(store):
    writer = Writer(store, "boot")
    writer.take(events("a"))
    writer.write()
    assert writer.settle(accepted=1)
    assert store.losses() == ()


def test_the_loss_of_an_earlier_run_is_entered_once(filling, store, caplog):
    earlier = Account(store.path)
    store.begin(earlier.boot)
    store.append(events("a"), boot=earlier.boot)
    earlier.add(4)
    earlier.close(settled=False)
    filling.full = True
    writer = Writer(filling, "next")
    writer.write()
    assert writer.lost == 0
    filling.full = False
    writer.write()
    assert writer.lost == 3
    assert "without storing 3 of its 4 events" in caplog.text
    assert [(one.boot, one.lost) for one in store.losses()] == [(earlier.boot, 3)]
    again = Writer(store, "later")
    again.write()
    assert again.lost == 0
    assert len(store.losses()) == 1
    assert not list(store.path.parent.glob("*.count-*"))


def test_a_run_that_could_not_settle_says_so(filling):
    writer = Writer(filling, "boot")
    filling.full = True
    assert not writer.settle(accepted=2)
