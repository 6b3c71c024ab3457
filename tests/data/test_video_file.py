from fractions import Fraction

import av
import numpy as np
import pytest

from netwright.data.video_facts import read_facts
from netwright.data.video_file import BrokenVideoError
from netwright.data.video_frames import video_frames
from netwright.records.errors import DataError


def record(path, count=40, size=(24, 32), codec="libx264", pixels="yuv420p", times=None, turned=None, between=2):
    """Write frame i as a grey of 5 i with a bright bar at its left."""
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "Zürich"
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width, stream.pix_fmt = *size, pixels
        stream.gop_size, stream.max_b_frames = 12, between
        if times:
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        if turned:
            stream.set_display_matrix(
                [*(part << 16 for part in turned[:2]), 0, *(part << 16 for part in turned[2:]), 0, 0, 0, 1 << 30]
            )
        for number in range(count):
            picture = np.full((*size, 3), 5 * number % 256, np.uint8)
            picture[:, : size[1] // 4] = 250
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            if times:
                frame.pts, frame.time_base = times[number], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def sound_only(path):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def cut(path, share, name=None):
    content = path.read_bytes()
    shorter = path.with_name(name or f"cut-{path.name}")
    shorter.write_bytes(content[: round(len(content) * share)])
    return shorter


def read_all(path):
    """Frames before the error, and the error."""
    frames = []
    try:
        frames.extend(video_frames(path))
    except BrokenVideoError as error:
        return frames, error
    return frames, None


KINDS = {
    "h264.mp4": {},
    "mpeg4.avi": {"codec": "mpeg4"},
    "lossless.mkv": {"codec": "ffv1", "between": 0},
    "jpeg.avi": {"codec": "mjpeg", "pixels": "yuvj420p", "between": 0},
    "grey.mkv": {"codec": "ffv1", "pixels": "gray", "between": 0},
    "alpha.mov": {"codec": "qtrle", "pixels": "argb", "between": 0},
    "deep.mkv": {"codec": "ffv1", "pixels": "yuv420p10le", "between": 0},
    "odd.mkv": {"codec": "ffv1", "size": (23, 33), "between": 0},
    "one.mp4": {"count": 1},
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_video_gives_its_frames(tmp_path, name):
    options = KINDS[name]
    path = record(tmp_path / name, **options)
    count, size = options.get("count", 40), options.get("size", (24, 32))
    facts = read_facts(path)
    assert (facts.frames, facts.height, facts.width, facts.damage) == (count, *size, "")
    assert facts.rate == pytest.approx(25)
    assert facts.seconds == pytest.approx(count / 25)
    frames = list(video_frames(path))
    assert [frame.seconds for frame in frames] == pytest.approx([number / 25 for number in range(count)])
    for number, frame in enumerate(frames):
        assert frame.pixels.shape == (*size, 3)
        assert frame.pixels.dtype == np.uint8
        # 12 columns to the right of the bar are grey of 5 i, but for the loss of the codec
        assert np.abs(frame.pixels[:, 14:].astype(int) - 5 * number % 256).mean() < 6
        assert frame.pixels[:, :6].mean() > 220


def test_a_varying_rate_is_kept(tmp_path):
    times = [0, 40, 80, 400, 440, 1000, 1040]
    path = record(tmp_path / "vfr.mkv", count=7, times=times, codec="ffv1", between=0)
    assert [frame.seconds for frame in video_frames(path)] == pytest.approx([time / 1000 for time in times])
    assert read_facts(path).rate == pytest.approx(6 / 1.04)


def test_a_first_time_stamp_beside_zero_does_not_count(tmp_path):
    path = record(tmp_path / "late.mkv", count=5, times=[5000, 5040, 5080, 5120, 5160], codec="ffv1", between=0)
    assert [frame.seconds for frame in video_frames(path)] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])


# the matrix of QuickTime: x' = a x + c y and y' = b x + d y, y downward; a phone held upright writes the first
@pytest.mark.parametrize(
    ("turned", "bar"), [((0, 1, -1, 0), "top"), ((-1, 0, 0, -1), "right"), ((0, -1, 1, 0), "bottom")]
)
def test_a_rotation_is_applied(tmp_path, turned, bar):
    path = record(tmp_path / "turned.mp4", count=3, turned=turned)
    facts = read_facts(path)
    pixels = next(video_frames(path)).pixels
    assert pixels.shape[:2] == (facts.height, facts.width) == ((24, 32) if turned[0] else (32, 24))
    sides = {"top": pixels[:6], "bottom": pixels[-6:], "left": pixels[:, :6], "right": pixels[:, -6:]}
    assert max(sides, key=lambda side: sides[side].mean()) == bar


def test_files_that_hold_no_video_are_named(tmp_path):
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.avi").write_text("no video at all, " * 50)
    (tmp_path / "folder.mp4").mkdir()
    sound_only(tmp_path / "sound.avi")
    record(tmp_path / "headless.mp4", count=5)
    cut(tmp_path / "headless.mp4", 0.3)
    found = {
        "empty.mp4": "it is empty, 0 bytes",
        "text.avi": "it cannot be opened as a video: Invalid data",
        "folder.mp4": "it is no file",
        "missing.mp4": "there is no such file",
        "sound.avi": "it has no pictures: it holds audio",
        "cut-headless.mp4": "it cannot be opened as a video",
    }
    for name, what in found.items():
        for read in (read_facts, lambda path: list(video_frames(path))):
            with pytest.raises(DataError, match=what) as caught:
                read(tmp_path / name)
            assert str(caught.value).startswith(str(tmp_path / name))
            assert str(caught.value).endswith("copy or download it again, or remove it")


def test_a_video_without_frames_is_named(tmp_path):
    path = record(tmp_path / "none.avi", count=0, codec="mjpeg", pixels="yuvj420p", between=0)
    for read in (read_facts, lambda path: list(video_frames(path))):
        with pytest.raises(BrokenVideoError, match=r"none.avi: .*no "):
            read(path)


def test_a_title_may_be_in_another_encoding(tmp_path):
    path = record(tmp_path / "title.mp4", count=3)
    content = path.read_bytes()
    assert content.count("Zürich".encode()) == 1
    path.write_bytes(content.replace("Zürich".encode(), "Züriche".encode("latin-1")))
    assert read_facts(path).frames == len(list(video_frames(path))) == 3


@pytest.mark.parametrize(("name", "codec"), [("a.avi", "mjpeg"), ("b.mkv", "ffv1"), ("c.avi", "mpeg4")])
def test_the_frames_of_a_truncated_file_come_before_its_error(tmp_path, name, codec):
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    whole = record(tmp_path / name, codec=codec, pixels=pixels, between=0, size=(120, 160))
    expected = [frame.pixels for frame in video_frames(whole)]
    frames, error = read_all(cut(whole, 0.7))
    assert error is not None
    assert "cut short" in str(error)
    assert 5 < len(frames) == error.frames < 35
    for frame, pixels in zip(frames, expected, strict=False):
        np.testing.assert_array_equal(frame.pixels, pixels)
    facts = read_facts(cut(whole, 0.7))
    assert facts.frames == error.frames
    assert "cut short" in facts.damage


def test_the_frames_of_a_corrupt_file_come_before_its_error(tmp_path):
    whole = record(tmp_path / "corrupt.mp4")
    expected = [frame.pixels for frame in video_frames(whole)]
    content = bytearray(whole.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(byte ^ 0x5A for byte in content[middle : middle + 200])
    whole.write_bytes(content)
    frames, error = read_all(whole)
    assert error is not None
    assert "it is damaged after" in str(error)
    assert 5 < len(frames) == error.frames < 40
    for frame, pixels in zip(frames, expected, strict=False):
        np.testing.assert_array_equal(frame.pixels, pixels)
