import os

import pytest

from netwright.studies.cluster import carry
from netwright.studies.cluster.carry import SMALL, Changes, put


def test_a_folder_travels_with_its_subfolders_and_times(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    (here / "deep").mkdir(parents=True)
    (here / "a.bin").write_bytes(b"\0\1")
    (here / "deep" / "b.txt").write_text("b")
    os.utime(here / "a.bin", ns=(1_000_000_007, 1_000_000_007))
    put(there, Changes(here).take())
    assert (there / "a.bin").read_bytes() == b"\0\1"
    assert (there / "deep" / "b.txt").read_text() == "b"
    # attempts at a training are counted by these times
    assert (there / "a.bin").stat().st_mtime_ns == 1_000_000_007


def test_only_what_changed_is_taken_again(tmp_path):
    changes = Changes(tmp_path)
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").write_text("two")
    assert [file.name for file in changes.take()] == ["a", "b"]
    assert changes.take() == ()
    # the same content, touched: a sign of life
    os.utime(tmp_path / "b", ns=(5, 5))
    assert [(file.name, file.changed) for file in changes.take()] == [("b", 5)]


def test_what_was_put_there_is_known(tmp_path):
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "a").write_text("one")
    files = Changes(tmp_path / "from").take()
    put(tmp_path / "to", files)
    changes = Changes(tmp_path / "to")
    changes.know(files)
    assert changes.take() == ()


def test_files_that_are_being_written_do_not_travel(tmp_path):
    (tmp_path / ".checkpoint.pt.x.tmp").write_text("half")
    assert Changes(tmp_path).take() == ()


def test_a_folder_that_does_not_exist_has_no_files(tmp_path):
    assert Changes(tmp_path / "absent").take() == ()


@pytest.mark.parametrize(("size", "again"), [(SMALL, True), (SMALL + 1, False)])
def test_a_large_file_waits_until_the_last_time_is_long_enough_ago(tmp_path, monkeypatch, size, again):
    clock = iter([100.0, 100.5, 100.6, 102.7])
    monkeypatch.setattr(carry.time, "monotonic", lambda: next(clock))
    changes, file = Changes(tmp_path), tmp_path / "checkpoint.pt"
    file.write_bytes(b"1" * size)
    assert changes.take(spacing=2.0), "the first time at once"
    file.write_bytes(b"2" * size)
    os.utime(file, ns=(7, 7))
    assert bool(changes.take(spacing=2.0)) == again
    os.utime(file, ns=(8, 8))
    assert changes.take(), "at the end, whatever the time"
    os.utime(file, ns=(9, 9))
    assert changes.take(spacing=2.0)
