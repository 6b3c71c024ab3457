import av
import numpy as np
import pytest
from PIL import Image

from netwright.data.frame_form import AsShown, CentreSquare, Resized, Scaler, covering


def smooth(height, width):
    """Slow waves, different in each colour and direction."""
    rows, columns = np.mgrid[:height, :width]
    waves = [np.sin(rows / 17), np.cos(columns / 13), np.sin((rows + columns) / 29)]
    return (np.stack(waves, -1) * 100 + 128).astype(np.uint8)


def frame_of(pixels):
    return av.VideoFrame.from_ndarray(pixels, "rgb24")


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (33, 50)])
def test_frames_as_shown_are_the_stored_pixels(size):
    pixels = smooth(*size)
    shown = AsShown().pixels(frame_of(pixels), Scaler())
    np.testing.assert_array_equal(shown, pixels)
    assert shown.flags.owndata


@pytest.mark.parametrize("size", [(40, 60), (17, 93), (150, 200)])
def test_resized_frames_are_as_another_library_resizes_them(size):
    pixels = smooth(120, 161)
    ours = Resized(*size).pixels(frame_of(pixels), Scaler())
    theirs = np.asarray(Image.fromarray(pixels).resize(size[::-1], Image.Resampling.BILINEAR))
    assert ours.shape == (*size, 3)
    assert np.abs(ours.astype(int) - theirs).mean() < 1.5


@pytest.mark.parametrize("size", [(240, 320), (320, 240), (112, 112), (90, 301), (50, 64)])
def test_the_square_is_the_middle_of_the_scaled_frame(size):
    pixels = smooth(*size)
    square = CentreSquare(56).pixels(frame_of(pixels), Scaler())
    height, width = covering(*size, 56)
    assert min(height, width) == 56
    assert abs(height / width - size[0] / size[1]) < 0.02 * size[0] / size[1]
    whole = np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR))
    top, left = (height - 56) // 2, (width - 56) // 2
    assert square.shape == (56, 56, 3)
    assert np.abs(square.astype(int) - whole[top : top + 56, left : left + 56]).mean() < 1.5


def test_a_scaler_takes_frames_of_several_sizes_and_formats():
    scaler = Scaler()
    for size in ((40, 60), (60, 40), (41, 61)):
        pixels = smooth(*size)
        for pixel_format in ("rgb24", "yuv444p", "gray"):
            frame = frame_of(pixels).reformat(format=pixel_format)
            shown = AsShown().pixels(frame, scaler)
            # ITU-R 601 luma
            grey = pixels @ np.array([0.299, 0.587, 0.114])
            wanted = grey[:, :, None] if pixel_format == "gray" else pixels
            assert np.abs(shown.astype(int) - wanted).mean() < 2
