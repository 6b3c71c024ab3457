"""What users write for a source, from files to cameras that are not there."""

import re
from contextlib import closing
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from netwright.data.frame_form import AsShown
from netwright.data.video_frames import video_frames
from netwright.records.errors import DataError
from netwright.streaming.sources import address, camera
from netwright.streaming.sources.address import open_source


@pytest.fixture
def moving():
    return np.random.default_rng(0).integers(0, 256, (5, 64, 72, 3), dtype=np.uint8)


def test_a_file_gives_every_frame_as_data_sets_see_it(tmp_path, write_video, moving):
    path = write_video(tmp_path / "a.avi", moving)
    with closing(open_source(str(path))) as source:
        frames = list(source)
        assert (source.name, source.rate, source.live) == (str(path), 10.0, False)
    offline = list(video_frames(path, AsShown()))
    assert [frame.time for frame in frames] == [seconds for _, seconds in offline]
    for frame, (pixels, _) in zip(frames, offline, strict=True):
        np.testing.assert_array_equal(frame.pixels, pixels)
    assert {(frame.video, frame.part) for frame in frames} == {("a.avi", 0)}
    assert all(a.arrived <= b.arrived for a, b in pairwise(frames))


def test_times_of_a_varying_rate_are_kept(tmp_path, write_video, moving):
    path = write_video(tmp_path / "a.mp4", moving, codec="mpeg4", pixel_format="yuv420p", times=[0, 1, 5, 6, 20])
    assert [frame.time for frame in open_source(str(path))] == pytest.approx([0, 0.1, 0.5, 0.6, 2.0])


def test_a_folder_is_its_videos_one_after_the_other(tmp_path, write_video, moving):
    (tmp_path / "wave").mkdir()
    for name in ("take10.avi", "take2.avi", "wave/take1.AVI"):
        write_video(tmp_path / name, moving[:2])
    (tmp_path / "notes.txt").write_text("no video")
    frames = list(open_source(str(tmp_path)))
    order = [(frame.video, frame.part) for frame in frames[::2]]
    assert order == [("take2.avi", 0), ("take10.avi", 1), ("wave/take1.AVI", 2)]


def test_pictures_of_a_folder_are_the_frames_of_one_video(tmp_path, moving):
    folder = tmp_path / "walk"
    folder.mkdir()
    for index in (9, 10, 11):
        Image.fromarray(moving[index - 9]).save(folder / f"frame{index}.png")
    # grey, transparent, of another size
    Image.fromarray(moving[3][..., 0]).save(folder / "frame12.png")
    Image.fromarray(moving[4]).convert("RGBA").resize((7, 5)).save(folder / "frame13.png")
    frames = list(open_source(str(folder)))
    for frame, pixels in zip(frames, moving[:3], strict=False):
        np.testing.assert_array_equal(frame.pixels, pixels)
    np.testing.assert_array_equal(frames[3].pixels, np.repeat(moving[3][..., :1], 3, axis=2))
    assert frames[4].pixels.shape == (5, 7, 3)
    assert [frame.time for frame in frames] == pytest.approx([index / 30 for index in range(5)])
    assert {(frame.video, frame.part) for frame in frames} == {("walk", 0)}


def test_one_picture_is_a_video_of_one_frame(tmp_path, moving):
    Image.fromarray(moving[0]).save(tmp_path / "a.png")
    (frame,) = open_source(str(tmp_path / "a.png"))
    assert (frame.time, frame.video) == (0.0, "a.png")


def test_broken_videos_of_a_folder_are_left_aside_and_listed(tmp_path, write_video, moving):
    whole = write_video(tmp_path / "b.avi", moving).read_bytes()
    (tmp_path / "a.avi").write_bytes(b"")
    (tmp_path / "c.avi").write_bytes(whole[: len(whole) * 4 // 5])
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "e.png").write_bytes(b"no picture")
    source = open_source(str(tmp_path))
    parts = [frame.part for frame in source]
    assert parts.count(1) == 5
    assert 0 < parts.count(2) < 5
    broken = source.losses().broken
    assert [line.split(": ")[0] for line in broken[:2]] == [str(tmp_path / "a.avi"), str(tmp_path / "c.avi")]
    assert re.search(r"d/e\.png cannot be read: .*; remove it", broken[2])
    assert source.rate == 10.0


@pytest.mark.parametrize("content", [b"", b"no video at all, but some bytes" * 9])
def test_a_broken_file_is_an_error_with_its_path(tmp_path, content):
    path = tmp_path / "a.avi"
    path.write_bytes(content)
    source = open_source(str(path))
    assert source.rate is None
    with pytest.raises(DataError, match=re.escape(str(path))):
        list(source)


def test_a_truncated_file_gives_its_sound_frames_before_the_error(tmp_path, write_video, moving):
    path = write_video(tmp_path / "a.avi", moving)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 4 // 5])
    taken = []
    with pytest.raises(DataError, match=r"a\.avi"):
        taken.extend(open_source(str(path)))
    assert 0 < len(taken) < 5


def test_closing_ends_a_file_before_its_next_frame(tmp_path, write_video, moving):
    source = open_source(str(write_video(tmp_path / "a.avi", moving)))
    frames = iter(source)
    next(frames)
    source.close()
    assert next(frames, None) is None


def test_a_folder_without_videos_says_what_counts_as_one(tmp_path):
    with pytest.raises(DataError, match=r"holds no video and no picture; files are known by their ending: .*\.avi"):
        open_source(str(tmp_path))


@pytest.mark.parametrize("written", ["0", "7", "/dev/video7"])
def test_a_camera_that_is_not_there(tmp_path, monkeypatch, written):
    monkeypatch.setattr(camera, "DEVICES", tmp_path)
    monkeypatch.setattr(address, "DEVICES", tmp_path)
    wanted = written.replace("/dev", str(tmp_path))
    number = written[-1]
    with pytest.raises(DataError, match=rf"there is no camera .*/video{number}; no camera is connected"):
        open_source(wanted)


def test_a_device_that_is_no_camera_is_an_error():
    with pytest.raises(DataError, match=r"/dev/null: it cannot be read"):
        open_source("/dev/null")


def test_a_platform_without_video4linux_is_told(monkeypatch):
    monkeypatch.setattr(camera.sys, "platform", "darwin")
    with pytest.raises(DataError, match="Video4Linux, and this is darwin"):
        open_source("0")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("nowhere.avi", "there is no nowhere.avi"),
        ("ftp://host/a.avi", "ftp://host/a.avi: found the scheme ftp; give one of rtsp"),
        ("file:///etc/passwd", "found the scheme file"),
        ("rtsp:///door", "names no host; write rtsp://host/path"),
    ],
)
def test_wrong_addresses(written, told):
    with pytest.raises(DataError, match=re.escape(told)):
        open_source(written)
