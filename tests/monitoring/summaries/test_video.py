"""The numbers of a clip: its look does not depend on motion, and motion not on its look."""

import numpy as np
import pytest

from netwright.monitoring.summaries.image import ImageSummary
from netwright.monitoring.summaries.video import VideoSummary


def told(clip, channels=1):
    summary = VideoSummary(channels)
    return dict(zip(summary.names, summary.numbers(clip[None])[0].tolist(), strict=True))


def test_a_still_clip_has_the_numbers_of_its_image():
    image = np.random.default_rng(0).integers(0, 256, (1, 8, 8)).astype(np.uint8)
    found = told(np.repeat(image[:, None], 10, axis=1))
    scaled = ((image / 255 - 0.5) / 0.25).astype(np.float32)[None]
    assert list(found.values())[:7] == pytest.approx(ImageSummary(1).numbers(scaled)[0].tolist(), abs=1e-5)
    assert (found["motion"], found["still"]) == (0, 1)


def test_motion_is_the_mean_difference_of_neighbouring_frames():
    clip = np.zeros((1, 3, 4, 4), np.uint8)
    clip[:, 1] = 51
    found = told(clip)
    assert found["motion"] == pytest.approx(0.2)
    assert found["still"] == 0


def test_a_clip_that_freezes_half_way_is_half_still():
    clip = np.random.default_rng(1).integers(0, 256, (3, 9, 8, 8)).astype(np.uint8)
    clip[:, 4:] = clip[:, [4]]
    assert told(clip, 3)["still"] == pytest.approx(0.5)


@pytest.mark.parametrize("length", [1, 2])
def test_short_clips_have_numbers(length):
    assert all(np.isfinite(value) for value in told(np.full((1, length, 4, 4), 9, np.uint8)).values())
