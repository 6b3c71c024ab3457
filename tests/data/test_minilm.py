import gzip
import hashlib

import pytest

from netwright.data import minilm
from netwright.data.catalog import FILES, fetch
from netwright.data.origins import LocalFolder
from netwright.records.errors import DataError

REAL_DIGESTS = dict(minilm.DIGESTS)
CONTENT = {"config.json": b"{}", "model.safetensors": b"weights", "vocab.txt": b"[PAD]\n"}


@pytest.fixture
def copy(tmp_path, monkeypatch):
    folder = tmp_path / "copy"
    folder.mkdir()
    for name, data in CONTENT.items():
        (folder / name).write_bytes(data)
    monkeypatch.setattr(minilm, "DIGESTS", {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()})
    monkeypatch.setattr(minilm, "ORIGINS", (LocalFolder(folder, "local copy"),))
    return folder


def in_place(folder):
    return {name: (folder / name).read_bytes() for name in CONTENT}


def test_the_checkpoint_is_brought_once(copy, cache, monkeypatch):
    first = fetch("minilm")
    assert (first.folder, first.origin, first.licence) == (cache / "minilm", f"local copy {copy}", "Apache-2.0")
    assert first.files == {name: cache / "minilm" / name for name in CONTENT}
    assert in_place(cache / "minilm") == CONTENT
    monkeypatch.setattr(minilm, "ORIGINS", ())
    assert fetch("minilm").origin == f"cache {cache / 'minilm'}"


def test_files_that_someone_compressed_are_unpacked(copy, cache):
    for name, data in CONTENT.items():
        (copy / name).unlink()
        (copy / f"{name}.gz").write_bytes(gzip.compress(data))
    assert fetch("minilm").files == {name: cache / "minilm" / name for name in CONTENT}
    assert in_place(cache / "minilm") == CONTENT


def test_another_checkpoint_is_refused(copy):
    (copy / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(DataError, match=r"model\.safetensors has the SHA-256"):
        fetch("minilm")


def test_it_is_what_transformers_reads():
    needed = {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert needed <= set(REAL_DIGESTS)
    assert all(len(digest) == 64 for digest in REAL_DIGESTS.values())
    assert [entry.licence for entry in FILES if entry.name == minilm.NAME] == [minilm.LICENCE]
