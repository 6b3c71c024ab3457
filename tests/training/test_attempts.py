import os

import pytest

from netwright.records.errors import LedgerError, StorageError
from netwright.training import attempts
from netwright.training.attempts import Attempts, Heartbeat, begin_attempt, read_attempts


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves; files get its time too."""

    class Clock:
        now = 1_000_000.0

        def touch(self, path):
            os.utime(path, (self.now, self.now))

    made = Clock()
    monkeypatch.setattr(attempts.time, "time", lambda: made.now)
    return made


@pytest.fixture
def checkpoint(tmp_path):
    return tmp_path / "checkpoint.pt"


def begin(checkpoint, clock):
    begun = begin_attempt(checkpoint)
    clock.touch(attempts._marker(checkpoint))
    return begun


def save(checkpoint, clock):
    checkpoint.write_bytes(b"state")
    clock.touch(checkpoint)


def test_without_a_note_there_was_no_attempt(checkpoint):
    assert read_attempts(checkpoint) == Attempts(0, 0.0, 0.0)


def test_work_after_the_last_checkpoint_is_lost(checkpoint, clock):
    assert begin(checkpoint, clock) == Attempts(1, 0.0, 0.0)
    clock.now += 10
    save(checkpoint, clock)
    clock.now += 4
    clock.touch(attempts._marker(checkpoint))
    # cut off; a day passes
    clock.now += 86400
    assert read_attempts(checkpoint) == Attempts(1, 14.0, 4.0)
    assert begin(checkpoint, clock) == Attempts(2, 14.0, 4.0)


def test_an_attempt_that_saved_nothing_is_lost_whole_and_losses_add_up(checkpoint, clock):
    begin(checkpoint, clock)
    clock.now += 5
    save(checkpoint, clock)
    clock.now += 1
    clock.touch(attempts._marker(checkpoint))
    clock.now += 100
    begin(checkpoint, clock)
    clock.now += 3
    clock.touch(attempts._marker(checkpoint))
    assert read_attempts(checkpoint) == Attempts(2, 9.0, 4.0)


def test_work_before_any_checkpoint_is_lost(checkpoint, clock):
    begin(checkpoint, clock)
    clock.now += 7
    clock.touch(attempts._marker(checkpoint))
    assert read_attempts(checkpoint) == Attempts(1, 7.0, 7.0)


def test_an_attempt_that_ended_with_its_checkpoint_lost_nothing(checkpoint, clock):
    begin(checkpoint, clock)
    clock.now += 2
    clock.touch(attempts._marker(checkpoint))
    clock.now += 1
    save(checkpoint, clock)
    assert read_attempts(checkpoint) == Attempts(1, 3.0, 0.0)


def test_a_real_attempt_has_figures_that_make_sense(checkpoint):
    begin_attempt(checkpoint)
    checkpoint.write_bytes(b"state")
    found = read_attempts(checkpoint)
    assert found.count == 1
    assert 0 <= found.lost_seconds <= found.seconds < 60


def test_an_unreadable_note_is_an_error(checkpoint):
    for content in (b"{", b"[]", b'{"count": 1}'):
        attempts._marker(checkpoint).write_bytes(content)
        with pytest.raises(LedgerError, match=r"attempts is unreadable"):
            read_attempts(checkpoint)


def test_a_sign_of_life_is_left_now_and_then(checkpoint, monkeypatch):
    begin_attempt(checkpoint)
    marker = attempts._marker(checkpoint)
    os.utime(marker, (0, 0))
    times = iter([0.0, 0.5, 1.5])
    monkeypatch.setattr(attempts.time, "monotonic", times.__next__)
    heartbeat = Heartbeat(checkpoint)
    heartbeat()
    assert marker.stat().st_mtime == 0
    heartbeat()
    assert marker.stat().st_mtime > 0


def test_a_folder_that_is_deleted_meanwhile_is_an_error(checkpoint, monkeypatch):
    begin_attempt(checkpoint)
    monkeypatch.setattr(attempts, "BEAT", 0.0)
    heartbeat = Heartbeat(checkpoint)
    attempts._marker(checkpoint).unlink()
    with pytest.raises(StorageError, match="is its folder still there"):
        heartbeat()
