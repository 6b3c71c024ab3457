import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from netwright.data import clip_decoding
from netwright.data.clip_decoding import decode_part
from netwright.data.clip_sampling import EvenSampling
from netwright.data.frame_cache import FrameCache
from netwright.data.video_clip import ClipForm, read_clips
from netwright.data.video_writer import write_video
from netwright.machine.progress import Silent
from netwright.records.errors import StorageError

FORM = ClipForm(EvenSampling(3), 8, 2)


class Listening(Silent):
    def __init__(self):
        self.told = []

    def start(self, total, title):
        self.told.append((total, title))

    def advance(self, done, running, left):
        self.told.append((done, running))

    def stop(self):
        self.told.append("stop")


@pytest.fixture
def paths(tmp_path):
    """Twenty videos, of which the third is broken."""
    random = np.random.default_rng(0)
    found = [tmp_path / f"{number:02}.avi" for number in range(20)]
    for path in found:
        write_video(path, random.integers(0, 256, (5, 12, 14, 3), dtype=np.uint8))
    found[2].write_bytes(b"broken")
    return found


def reference(paths):
    """Each file by itself, one after the other."""
    return np.concatenate([read_clips(path, FORM, f"{path.parent.name}/{path.name}").clips for path in paths])


def test_clips_come_in_the_order_of_the_videos(tmp_path, paths):
    progress = Listening()
    cache = FrameCache(tmp_path / "cache", "train", FORM.shape)
    clips = decode_part(cache, paths, FORM, progress)
    np.testing.assert_array_equal(clips.numpy(), reference([*paths[:2], *paths[3:]]))
    assert [entry.clips for entry in cache.entries] == [2, 2, 0, *[2] * 17]
    assert "cannot be opened as a video" in cache.entries[2].damage
    assert progress.told == [
        (20, "decoding 20 train videos"), *((done, path.name) for done, path in enumerate(paths, 1)), "stop"
    ]  # fmt: skip


def test_nothing_decoded_is_lost_when_it_is_stopped(tmp_path, paths, monkeypatch):
    def stop(self, done, running, left):
        if done == 7:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Listening, "advance", stop)
        with pytest.raises(KeyboardInterrupt):
            decode_part(FrameCache(tmp_path / "cache", "train", FORM.shape), paths, FORM, Listening())
    progress = Listening()
    cache = FrameCache(tmp_path / "cache", "train", FORM.shape)
    clips = decode_part(cache, paths, FORM, progress)
    assert progress.told[0] == (20, "decoding 13 train videos")
    np.testing.assert_array_equal(clips.numpy(), reference([*paths[:2], *paths[3:]]))


def test_what_is_there_is_not_decoded_again(tmp_path, paths, monkeypatch):
    first = decode_part(FrameCache(tmp_path / "cache", "train", FORM.shape), paths, FORM, Silent())
    monkeypatch.setattr(clip_decoding, "read_clips", None)
    progress = Listening()
    again = decode_part(FrameCache(tmp_path / "cache", "train", FORM.shape), paths, FORM, progress)
    assert bool((again == first).all())
    assert progress.told == []


def test_a_disk_that_is_too_small_is_told_before(tmp_path, paths, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(StorageError, match=r"clips of 20 videos take 0.0 GB, and 0.0 GB are free .*frames=8&size=64"):
        decode_part(FrameCache(tmp_path / "cache", "train", FORM.shape), paths, FORM, Silent())
