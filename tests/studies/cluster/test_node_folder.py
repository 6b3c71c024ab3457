import os
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from netwright.records.errors import StorageError
from netwright.studies.cluster.node_folder import NodeFolder, sweep


@pytest.fixture(autouse=True)
def _own_place_for_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_shared_file_is_brought_once_whoever_wants_it():
    calls = []
    folders = [NodeFolder("session", "node") for _ in range(2)]

    def content():
        calls.append(1)
        return b"data"

    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(lambda i: folders[i % 2].bring("cache/set.bin", content), range(32)))
    assert len(calls) == 1
    (path,) = paths
    assert path.read_bytes() == b"data"


def test_sessions_and_nodes_have_folders_of_their_own():
    assert len({NodeFolder(session, node).path for session in "st" for node in "ab"}) == 4


def test_the_last_one_to_leave_removes_the_folder():
    one, other = NodeFolder("session", "node"), NodeFolder("session", "node")
    one.bring("a", lambda: b"a")
    one.leave()
    assert other.path.is_dir()
    other.leave()
    assert not other.path.exists()


def test_what_a_killed_session_left_is_removed_by_the_next_one_and_nothing_else(tmp_path):
    dead, alive = NodeFolder("dead", "node"), NodeFolder("alive", "node")
    dead.bring("a", lambda: b"a")
    (tmp_path / "somebody-elses").mkdir()
    # a process that ends lets go of its locks without a word
    os.close(dead._alive)
    sweep()
    assert not dead.path.exists()
    assert alive.path.is_dir()
    assert (tmp_path / "somebody-elses").is_dir()


def test_a_folder_that_cannot_be_made_names_the_node(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=f"on {os.uname().nodename}: Not a directory; .*TMPDIR"):
        NodeFolder("session", "node")
