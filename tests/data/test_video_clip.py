import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netwright.data.clip_sampling import EvenSampling, StridedSampling
from netwright.data.frame_form import CentreSquare
from netwright.data.video_clip import ClipForm, read_clips
from netwright.data.video_file import BrokenVideoError
from netwright.data.video_frames import video_frames
from netwright.data.video_writer import write_video


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "video.avi"
    write_video(path, np.random.default_rng(0).integers(0, 256, (30, 40, 60, 3), dtype=np.uint8))
    return path


def squares(path, size):
    """All frames, decoded from the start: the slow reference."""
    return np.stack([frame.pixels for frame in video_frames(path, CentreSquare(size))])


@pytest.mark.parametrize("sampling", [EvenSampling(8), StridedSampling(5, 3), EvenSampling(64), StridedSampling(40, 1)])
@pytest.mark.parametrize("clips", [1, 3])
def test_clips_are_the_sampled_frames(video, sampling, clips):
    form = ClipForm(sampling, 16, clips)
    read = read_clips(video, form)
    assert read.clips.shape == (clips, *form.shape)
    assert (read.frames, read.damage) == (30, "")
    frames = squares(video, 16).transpose(3, 0, 1, 2)
    for clip, numbers in zip(read.clips, form.numbers(30, video.name), strict=True):
        np.testing.assert_array_equal(clip, frames[:, list(numbers)])


def test_draws_depend_on_the_name_and_the_number_of_the_clip_only():
    form, more = ClipForm(StridedSampling(4, 1), 16, 3), ClipForm(StridedSampling(4, 1), 16, 6)
    assert form.numbers(300, "a") == form.numbers(300, "a") == more.numbers(300, "a")[:3]
    assert len(set(more.numbers(300, "a"))) == 6
    assert form.numbers(300, "a")[1:] != form.numbers(300, "b")[1:]


def test_the_frames_before_damage_are_the_video(video):
    content = video.read_bytes()
    cut = video.with_name("cut.avi")
    cut.write_bytes(content[: len(content) // 2])
    form = ClipForm(EvenSampling(6), 16)
    read = read_clips(cut, form)
    assert 10 < read.frames < 20
    assert "cut short" in read.damage
    np.testing.assert_array_equal(
        read.clips[0], squares(video, 16).transpose(3, 0, 1, 2)[:, list(form.sampling.middle(read.frames))]
    )


def test_damage_that_only_decoding_finds_is_found(video):
    content = bytearray(video.read_bytes())
    video.with_name("sound.avi").write_bytes(content)
    place = [at for at in range(len(content)) if content[at : at + 4] == b"00dc"][20]
    length = int.from_bytes(content[place + 4 : place + 8], "little")
    content[place + 8 : place + 8 + length] = bytes(length)
    video.write_bytes(content)
    form = ClipForm(EvenSampling(15), 16)
    sound = squares(video.with_name("sound.avi"), 16).transpose(3, 0, 1, 2)
    read = read_clips(video, form)
    assert 15 <= read.frames <= 20
    assert f"damaged after {read.frames} frames" in read.damage
    np.testing.assert_array_equal(read.clips[0], sound[:, list(form.sampling.middle(read.frames))])


def test_a_video_with_fewer_sound_frames_than_a_clip_is_broken(video):
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    with pytest.raises(BrokenVideoError, match="cut short"):
        read_clips(video, ClipForm(EvenSampling(25), 16))
    assert read_clips(video, ClipForm(EvenSampling(8), 16)).frames < 20


def test_a_short_sound_video_repeats_frames(tmp_path):
    write_video(tmp_path / "one.avi", np.full((1, 20, 20, 3), 90, np.uint8))
    read = read_clips(tmp_path / "one.avi", ClipForm(EvenSampling(4), 16))
    assert read.frames == 1
    assert np.abs(read.clips.astype(int) - 90).max() <= 3


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_in_any_state_gives_clips_or_a_named_error(video, data):
    content = bytearray(video.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] ^= data.draw(st.integers(1, 255))
    spoilt = video.with_name("spoilt.avi")
    spoilt.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    form = ClipForm(EvenSampling(4), 8)
    try:
        read = read_clips(spoilt, form)
    except BrokenVideoError as error:
        told = str(error)
    else:
        told = f"{spoilt}: {read.frames} frames {read.clips.shape}"
        assert read.frames >= 1
        assert read.clips.shape == (1, *form.shape)
    assert told.startswith(f"{spoilt}: ")
