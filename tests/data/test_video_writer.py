import sys
from pathlib import Path

import av
import numpy as np
import pytest

from netwright.data.video_writer import encode_video, is_whole, write_video
from netwright.records.errors import DataError, MissingExtraError, StorageError


def frames_of(count, height, width):
    """Return smooth frames, which a codec keeps nearly as they are."""
    time, down, across = np.ogrid[:count, :height, :width]
    waves = [np.sin(across / 7 + time), np.cos(down / 9 - time), np.sin((across + down) / 11 + time)]
    return (127 + 100 * np.stack(np.broadcast_arrays(*waves), axis=-1)).astype(np.uint8)


def frames_in(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]), stream.average_rate


@pytest.mark.parametrize("shape", [(5, 48, 64), (1, 16, 16), (3, 31, 45)])
def test_frames_come_back(tmp_path, shape):
    frames = frames_of(*shape)
    write_video(tmp_path / "a.avi", frames, rate=10)
    found, rate = frames_in(tmp_path / "a.avi")
    assert found.shape == frames.shape
    assert np.abs(found.astype(int) - frames).mean() < 4
    assert rate == 10
    assert is_whole(tmp_path / "a.avi")
    assert [path.name for path in tmp_path.iterdir()] == ["a.avi"]


def test_a_video_backwards_has_the_same_frames_backwards(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3)).astype(np.uint8)
    write_video(tmp_path / "a.avi", frames)
    write_video(tmp_path / "b.avi", frames[::-1])
    assert np.array_equal(frames_in(tmp_path / "a.avi")[0], frames_in(tmp_path / "b.avi")[0][::-1])
    assert encode_video(frames) == encode_video(frames) != encode_video(frames[::-1])


@pytest.mark.parametrize(
    "frames", [np.zeros((0, 8, 8, 3), np.uint8), np.zeros((4, 8, 8), np.uint8), np.zeros((2, 8, 8, 3), np.float32)]
)
def test_what_is_no_video_is_refused(frames):
    with pytest.raises(DataError, match=f"a video of {frames.dtype} "):
        encode_video(frames)


def test_a_file_cut_short_is_not_whole(tmp_path):
    path = tmp_path / "a.avi"
    assert not is_whole(path)
    content = encode_video(frames_of(3, 16, 16))
    for broken in (b"", content[:5], content[:-1], content + b"0", b"\xff" * 100):
        path.write_bytes(broken)
        assert not is_whole(path)
    path.write_bytes(content)
    assert is_whole(path)


def test_what_cannot_be_written_is_told(tmp_path, monkeypatch):
    with pytest.raises(StorageError, match="make the folder first"):
        write_video(tmp_path / "nowhere" / "a.avi", frames_of(1, 16, 16))
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtraError, match=r"netwright\[video\]"):
        write_video(Path(tmp_path, "a.avi"), frames_of(1, 16, 16))
