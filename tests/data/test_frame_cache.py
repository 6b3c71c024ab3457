import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from netwright.data.frame_cache import Entry, FrameCache, file_entry
from netwright.records.errors import StorageError

SHAPE = (3, 2, 4, 5)


def videos(count):
    return [Entry(f"{number}.avi", 100 + number, 7) for number in range(count)]


def clips_of(number, count=1):
    return np.random.default_rng(number).integers(0, 256, (count, *SHAPE), dtype=np.uint8)


def fill(cache, wanted):
    """Decode what lacks: video i gives i mod 3 clips."""
    done = cache.resume(wanted)
    for entry in wanted[done:]:
        number = entry.length - 100
        count = number % 3
        cache.append(replace(entry, clips=count, frames=9), clips_of(number, count) if count else None)
    return done


def expected(count):
    return np.concatenate([clips_of(number, number % 3) for number in range(count)])


def test_clips_come_back_mapped_and_as_they_were(tmp_path):
    cache = FrameCache(tmp_path / "new", "train", SHAPE)
    assert fill(cache, videos(40)) == 0
    clips = cache.finish()
    assert (clips.dtype, clips.shape) == (torch.uint8, (39, *SHAPE))
    np.testing.assert_array_equal(clips.numpy(), expected(40))
    again = FrameCache(tmp_path / "new", "train", SHAPE)
    assert again.resume(videos(40)) == 40
    np.testing.assert_array_equal(again.finish().numpy(), expected(40))
    assert [entry.clips for entry in again.entries] == [number % 3 for number in range(40)]


@pytest.mark.parametrize("lost", [0, 1, 17, 100_000])
def test_what_was_written_before_a_stop_is_kept(tmp_path, lost):
    first = FrameCache(tmp_path, "train", SHAPE)
    # 33 of 40 are appended; the last does not reach the disk, since 16 are written at once
    first.resume(videos(40))
    for entry in videos(33):
        count = (entry.length - 100) % 3
        first.append(replace(entry, clips=count), clips_of(entry.length - 100, count) if count else None)
    data = tmp_path / "train.partial"
    os.truncate(data, max(data.stat().st_size - lost, 0))
    second = FrameCache(tmp_path, "train", SHAPE)
    done = fill(second, videos(40))
    # a clip has 120 bytes: one byte less costs one video
    assert done == {0: 32, 1: 31, 17: 31, 100_000: 1}[lost]
    np.testing.assert_array_equal(second.finish().numpy(), expected(40))


def test_a_journal_cut_in_a_line_is_taken_up_before_it(tmp_path):
    fill(cache := FrameCache(tmp_path, "train", SHAPE), videos(20))
    cache.finish()
    journal = tmp_path / "train.jsonl"
    journal.write_text(journal.read_text()[:-30])
    second = FrameCache(tmp_path, "train", SHAPE)
    assert fill(second, videos(20)) == 19
    np.testing.assert_array_equal(second.finish().numpy(), expected(20))


@pytest.mark.parametrize("changed", [0, 5, 19])
def test_a_changed_video_is_decoded_anew_with_those_behind_it(tmp_path, changed):
    fill(cache := FrameCache(tmp_path, "train", SHAPE), videos(20))
    cache.finish()
    wanted = videos(20)
    wanted[changed] = replace(wanted[changed], changed=8)
    second = FrameCache(tmp_path, "train", SHAPE)
    assert fill(second, wanted) == changed
    np.testing.assert_array_equal(second.finish().numpy(), expected(20))


def test_clips_that_are_mapped_do_not_change(tmp_path):
    fill(cache := FrameCache(tmp_path, "train", SHAPE), videos(20))
    clips = cache.finish()
    before = clips.clone()
    wanted = [replace(entry, changed=8, length=entry.length + 2) for entry in videos(20)]
    fill(second := FrameCache(tmp_path, "train", SHAPE), wanted)
    assert not bool((second.finish()[: len(before)] == before).all())
    assert bool((clips == before).all())


@pytest.mark.parametrize("count", [12, 25])
def test_videos_that_went_or_came_at_the_end_leave_the_others(tmp_path, count):
    fill(cache := FrameCache(tmp_path, "train", SHAPE), videos(20))
    cache.finish()
    second = FrameCache(tmp_path, "train", SHAPE)
    assert fill(second, videos(count)) == min(count, 20)
    np.testing.assert_array_equal(second.finish().numpy(), expected(count))
    assert len((tmp_path / "train.jsonl").read_text().splitlines()) == count


def test_the_journal_tells_of_each_video(tmp_path):
    cache = FrameCache(tmp_path, "train", SHAPE)
    cache.resume(videos(1))
    cache.append(replace(videos(1)[0], damage="it is empty"), None)
    cache.flush()
    (line,) = cache.journal.read_text().splitlines()
    assert json.loads(line) == {
        "file": "0.avi", "length": 100, "changed": 7, "clips": 0, "frames": 0, "damage": "it is empty"
    }  # fmt: skip


def test_a_full_disk_is_told(tmp_path):
    cache = FrameCache(tmp_path, "train", SHAPE)
    cache.resume(videos(1))
    data = tmp_path / "train.partial"
    data.unlink()
    # writing there gives ENOSPC
    data.symlink_to("/dev/full")
    with pytest.raises(StorageError, match=r"could not write .*train.partial: No space left.* what was decoded"):
        fill_one(cache)


def fill_one(cache):
    cache.append(replace(videos(1)[0], clips=1), clips_of(0))
    cache.flush()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="set NETWRIGHT_CACHE"):
        FrameCache(tmp_path / "file", "train", SHAPE).resume(videos(1))


def test_the_entry_of_a_file_is_its_state(tmp_path):
    path = tmp_path / "a.avi"
    path.write_bytes(b"abc")
    os.utime(path, ns=(5, 5))
    assert file_entry(path) == Entry(str(path), 3, 5)
    assert not file_entry(path).same_file(Entry(str(Path("b.avi")), 3, 5))
