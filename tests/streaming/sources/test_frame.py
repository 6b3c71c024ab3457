import numpy as np
import pytest

from netwright.data.frame_form import CentreSquare, Scaler
from netwright.records.errors import InputError
from netwright.streaming.sources.frame import Frame, picture_of


def test_pixels_come_back_as_they_went_in_odd_sizes_too():
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 3), dtype=np.uint8)
    frame = Frame(picture_of(pixels), 0.0, 0.0, "a")
    np.testing.assert_array_equal(frame.pixels, pixels)
    pixels[:] = 0
    assert frame.pixels.any()


def test_a_form_cuts_the_frame():
    pixels = np.random.default_rng(0).integers(0, 256, (4, 8, 3), dtype=np.uint8)
    np.testing.assert_array_equal(
        Frame(picture_of(pixels), 0.0, 0.0, "a").formed(CentreSquare(4), Scaler()), pixels[:, 2:6]
    )


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)],
)
def test_other_pixels_are_refused(wrong):
    with pytest.raises(InputError, match=r"give uint8 \(height, width, 3\)"):
        picture_of(wrong)
