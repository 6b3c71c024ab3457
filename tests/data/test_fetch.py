import gzip
import hashlib

import pytest

from netwright.data.fetch import fetch_files
from netwright.data.origins import LocalFolder, UnreachableError
from netwright.records.errors import DataError, StorageError

CONTENT = {"a": b"first", "b": b"second"}
DIGESTS = {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()}


class Counted:
    """An origin that gives what it was made with, and counts how often it was asked."""

    title = "the origin"

    def __init__(self, content):
        self.content, self.asked = content, 0

    def bring(self, names, workspace):
        self.asked += 1
        for name, data in self.content.items():
            (workspace / name).write_bytes(data)
        return workspace


class Broken:
    title = "the broken origin"

    def bring(self, names, workspace):
        raise UnreachableError("it is closed on Mondays")


GOOD = {"a.gz": gzip.compress(CONTENT["a"]), "b": CONTENT["b"]}


def test_files_are_brought_once(cache):
    origin = Counted(GOOD)
    files, title = fetch_files(DIGESTS, [origin], cache)
    assert (files, title) == ({"a": cache / "a.gz", "b": cache / "b"}, "the origin")
    assert sorted(path.name for path in cache.iterdir()) == ["a.gz", "b"]
    again, place = fetch_files(DIGESTS, [origin], cache)
    assert (again, place, origin.asked) == (files, f"cache {cache}", 1)


@pytest.mark.parametrize("damage", [b"", b"other", GOOD["a.gz"][:-3]])
def test_a_damaged_file_in_the_cache_is_brought_again(cache, damage):
    origin = Counted(GOOD)
    fetch_files(DIGESTS, [origin], cache)
    (cache / "a.gz").write_bytes(damage)
    fetch_files(DIGESTS, [origin], cache)
    assert origin.asked == 2
    assert (cache / "a.gz").read_bytes() == GOOD["a.gz"]


def test_the_next_origin_takes_over(cache):
    _, title = fetch_files(DIGESTS, [Broken(), Counted({"a": b"first"}), Counted(GOOD)], cache)
    assert title == "the origin"
    assert (cache / "b").read_bytes() == b"second"


def test_every_failure_is_told_with_what_to_do(cache, tmp_path):
    origins = [LocalFolder(tmp_path / "none", "local copy"), Broken(), Counted({"a": b"first", "b": b"forged"})]
    with pytest.raises(DataError) as caught:
        fetch_files(DIGESTS, origins, cache)
    message = str(caught.value)
    assert f"cache {cache}: there is no such folder" in message
    assert f"local copy {tmp_path / 'none'}: there is no such folder" in message
    assert "the broken origin: it is closed on Mondays" in message
    assert "the origin: b has the SHA-256" in message
    assert f"put a, b (plain, or with .gz behind the name) into {cache} yourself" in message
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="NETWRIGHT_CACHE"):
        fetch_files(DIGESTS, [Counted(GOOD)], tmp_path / "file" / "cache")
