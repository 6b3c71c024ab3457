import sys
from itertools import pairwise

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netwright.data import video_frames as reading
from netwright.data.frame_form import Resized
from netwright.data.frame_index import index_frames
from netwright.data.video_facts import read_facts
from netwright.data.video_file import BrokenVideoError, MissingFrameError
from netwright.data.video_frames import select_frames, video_frames
from netwright.data.video_writer import write_video
from netwright.records.errors import DataError, MissingExtraError

COUNT = 60


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    """Videos of noise, so that no two frames are alike; with key frames, and frames that look ahead."""
    folder = tmp_path_factory.mktemp("videos")
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (COUNT, 16, 16, 3), dtype=np.uint8)
    for name, codec, between in [("h264.mp4", "libx264", 3), ("mpeg4.avi", "mpeg4", 2), ("h264.mkv", "libx264", 3)]:
        with av.open(str(folder / name), "w") as container:
            stream = container.add_stream(codec, rate=25, options={"sc_threshold": "0"})
            stream.height = stream.width = 16
            stream.pix_fmt, stream.gop_size, stream.max_b_frames = "yuv420p", 10, between
            for picture in pictures:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
            container.mux(stream.encode())
    write_video(folder / "jpeg.avi", pictures)
    return {path: np.stack([frame.pixels for frame in video_frames(path)]) for path in sorted(folder.iterdir())}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(st.integers(0, COUNT - 1), min_size=1, max_size=5).map(sorted))
def test_selected_frames_are_those_of_decoding_from_the_start(videos, wanted):
    for path, frames in videos.items():
        np.testing.assert_array_equal(select_frames(path, wanted), frames[wanted])


def test_runs_without_a_wanted_frame_are_jumped_over(videos, monkeypatch):
    counted = []
    real = reading.decoded

    def counting(*arguments):
        for frame in real(*arguments):
            counted.append(frame.pts)
            yield frame

    monkeypatch.setattr(reading, "decoded", counting)
    monkeypatch.setattr(reading, "all_decoded", None)
    for path, frames in videos.items():
        counted.clear()
        np.testing.assert_array_equal(select_frames(path, [55]), frames[[55]])
        # three frames prove the index, and those from a key frame on follow
        assert len(counted) < 30


def test_an_index_that_a_file_does_not_keep_to_is_not_used(videos):
    path, frames = next(iter(videos.items()))
    index = index_frames(path)
    wrong = type(index)(index.count, tuple(tick + 1 for tick in index.ticks), index.keys, index.stands, "")
    np.testing.assert_array_equal(select_frames(path, [3, 50], index=wrong), frames[[3, 50]])


def test_a_form_is_applied(videos):
    for path in videos:
        assert select_frames(path, [0, 0, 7], Resized(8, 6)).shape == (3, 8, 6, 3)


def test_a_frame_that_is_not_there_is_told_with_how_many_are(videos):
    for path in videos:
        with pytest.raises(MissingFrameError, match=f"frame {COUNT} was asked for, and it has {COUNT}") as caught:
            select_frames(path, [1, COUNT])
        assert caught.value.frames == COUNT


def test_damage_before_a_wanted_frame_is_told(tmp_path):
    path = tmp_path / "cut.avi"
    write_video(path, np.random.default_rng(1).integers(0, 256, (20, 64, 64, 3), dtype=np.uint8))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BrokenVideoError, match="cut short") as caught:
        select_frames(path, [2, 19])
    assert 5 < caught.value.frames < 15
    assert select_frames(path, [2, caught.value.frames - 1]).shape == (2, 64, 64, 3)


@pytest.mark.parametrize("wanted", [[], [-1], [3, 1]])
def test_numbers_that_do_not_ascend_from_zero_are_refused(videos, wanted):
    with pytest.raises(DataError, match="ask for ascending numbers from 0"):
        select_frames(next(iter(videos)), wanted)


def test_times_ascend(videos):
    for path in videos:
        times = [frame.seconds for frame in video_frames(path)]
        assert times[0] == 0
        assert all(before < after for before, after in pairwise(times))


def test_without_its_packages_it_says_what_to_install(videos, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    for read in (
        read_facts,
        index_frames,
        lambda path: next(video_frames(path)),
        lambda path: select_frames(path, [0]),
    ):
        with pytest.raises(MissingExtraError, match=r"netwright\[video\]"):
            read(next(iter(videos)))
