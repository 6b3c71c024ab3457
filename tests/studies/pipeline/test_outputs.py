import errno
from pathlib import Path

import pytest

from netwright.records.errors import StorageError
from netwright.studies.pipeline.outputs import commit, damage, empty_folder, step_folder


def test_outputs_are_moved_whole_and_known_by_their_digests(tmp_path):
    made = empty_folder(tmp_path)
    (made / "a").mkdir()
    (made / "a" / "b.txt").write_bytes(b"abc")
    place = step_folder(tmp_path, "fetch", "0123456789abcdef0123")
    found = commit(made, place)
    # the SHA-256 of "abc" is in FIPS 180-4
    assert found == {"a/b.txt": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
    assert damage(place, found) == ""
    assert not made.exists()


def test_what_a_killed_step_left_is_gone_when_the_next_one_starts(tmp_path):
    (empty_folder(tmp_path) / "half").write_text("x")
    assert list(empty_folder(tmp_path).iterdir()) == []


def test_a_full_disk_is_told_and_keeps_nothing_in_part(tmp_path, monkeypatch):
    made = empty_folder(tmp_path)
    (made / "a.txt").write_text("x")

    def full(self, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    place = tmp_path / "steps" / "fetch" / "k"
    with pytest.raises(StorageError, match="No space left on device; free space"):
        commit(made, place)
    assert not place.exists()
