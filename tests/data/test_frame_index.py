from itertools import pairwise

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.frame_index import FrameIndex, index_frames
from netwright.data.video_file import BrokenVideoError, all_decoded
from netwright.data.video_writer import write_video


def test_time_stamps_are_those_of_the_decoded_frames(tmp_path):
    path = tmp_path / "ahead.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.height = stream.width = 16
        # frames that refer to later ones are stored in another order than they are shown
        stream.pix_fmt, stream.gop_size, stream.max_b_frames = "yuv420p", 10, 3
        for seed in range(40):
            pixels = np.random.default_rng(seed).integers(0, 256, (16, 16, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode())
    index = index_frames(path)
    frames = [frame for frame, _ in all_decoded(path)]
    assert (index.count, index.damage) == (40, "")
    assert index.ticks == tuple(frame.pts for frame in frames)
    assert index.keys == tuple(place for place, frame in enumerate(frames) if frame.key_frame)
    assert max(after - before for before, after in pairwise(index.keys)) <= 10


@given(st.sets(st.integers(1, 99)), st.integers(0, 120))
def test_the_key_frame_before_is_the_last_one_up_to_a_frame(later, frame):
    keys = (0, *sorted(later))
    index = FrameIndex(121, tuple(range(121)), keys, tuple(1000 + key for key in keys), "")
    expected = max(key for key in keys if key <= frame)
    assert index.key_before(frame) == (expected, 1000 + expected)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_indexed_up_to_the_damage(tmp_path, share):
    path = tmp_path / "cut.avi"
    write_video(path, np.random.default_rng(0).integers(0, 256, (30, 32, 32, 3), dtype=np.uint8))
    path.write_bytes(path.read_bytes()[: round(share * path.stat().st_size)])
    index = index_frames(path)
    assert abs(index.count - 30 * share) < 4
    assert "cut short" in index.damage
    assert len(index.ticks) == len(index.keys) == index.count


def test_a_file_cut_in_its_first_frame_has_none(tmp_path):
    path = tmp_path / "cut.avi"
    write_video(path, np.random.default_rng(0).integers(0, 256, (1, 64, 64, 3), dtype=np.uint8))
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"movi") + 200])
    with pytest.raises(BrokenVideoError, match="after 0 frames"):
        index_frames(path)
