import gzip
import hashlib

import pytest

from netwright.data import sample_clips
from netwright.data.origins import LocalFolder
from netwright.records.errors import DataError

REAL_DIGESTS = dict(sample_clips.DIGESTS)
CONTENT = {"bikes.mp4": b"wheels", "carphone_pristine.mp4": b"a face"}


@pytest.fixture
def copy(tmp_path, monkeypatch):
    folder = tmp_path / "copy"
    folder.mkdir()
    for name, data in CONTENT.items():
        (folder / name).write_bytes(data)
    monkeypatch.setattr(
        sample_clips, "DIGESTS", {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()}
    )
    monkeypatch.setattr(sample_clips, "ORIGINS", (LocalFolder(folder, "local copy"),))
    return folder


@pytest.mark.parametrize("compressed", [False, True])
def test_the_videos_are_brought_once(copy, cache, monkeypatch, compressed):
    if compressed:
        for name, data in CONTENT.items():
            (copy / name).unlink()
            (copy / f"{name}.gz").write_bytes(gzip.compress(data))
    first = sample_clips.fetch()
    assert (first.folder, first.origin, first.licence) == (cache / "clips", f"local copy {copy}", sample_clips.LICENCE)
    assert {name: path.read_bytes() for name, path in first.files.items()} == CONTENT
    monkeypatch.setattr(sample_clips, "ORIGINS", ())
    assert sample_clips.fetch().origin == f"cache {cache / 'clips'}"


def test_another_video_is_refused(copy):
    (copy / "bikes.mp4").write_bytes(b"no wheels")
    with pytest.raises(DataError, match=r"bikes\.mp4 has the SHA-256"):
        sample_clips.fetch()


def test_every_video_has_a_digest():
    assert len(REAL_DIGESTS) == 3
    assert all(len(digest) == 64 for digest in REAL_DIGESTS.values())
