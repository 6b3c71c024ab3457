"""The numbers of an image, against loops over its pixels."""

import numpy as np
import pytest

from netwright.monitoring.summaries.image import ImageSummary


def scaled(brightness):
    return ((np.asarray(brightness, np.float32) - 0.5) / 0.25).astype(np.float32)


def told(brightness, channels=1):
    summary = ImageSummary(channels)
    return dict(zip(summary.names, summary.numbers(scaled(brightness)[None])[0].tolist(), strict=True))


def test_numbers_equal_loops_over_the_pixels():
    image = np.random.default_rng(0).random((1, 6, 8))
    pixels, found = image[0], told(image)
    across = [abs(pixels[y, x + 1] - pixels[y, x]) for y in range(6) for x in range(7)]
    down = [abs(pixels[y + 1, x] - pixels[y, x]) for y in range(5) for x in range(8)]
    second = [abs(pixels[y, x + 2] - 2 * pixels[y, x + 1] + pixels[y, x]) for y in range(6) for x in range(6)]
    expected = {
        "brightness": pixels.mean(),
        "contrast": pixels.std(),
        "sharpness": 0.5 * (np.mean(across) + np.mean(down)),
        "grain": np.mean(second),
        "dark pixels": (pixels < 0.1).mean(),
        "bright pixels": (pixels > 0.9).mean(),
        "middle": pixels[1:5, 2:6].mean() - pixels.mean(),
    }
    assert found == pytest.approx(expected, abs=1e-5)


def test_each_number_follows_what_it_is_named_after():
    rng = np.random.default_rng(1)
    smooth = np.add.outer(np.linspace(0.2, 0.5, 16), np.linspace(0, 0.3, 16))[None]
    noisy = smooth + rng.normal(0, 0.05, smooth.shape)
    assert told(smooth + 0.2)["brightness"] > told(smooth)["brightness"]
    assert told(0.5 * smooth)["contrast"] < told(smooth)["contrast"]
    assert told(noisy)["grain"] > 5 * told(smooth)["grain"]
    assert told(noisy)["sharpness"] > told(smooth)["sharpness"]


def test_colour_has_three_numbers_more():
    image = np.zeros((3, 4, 4))
    image[0], image[2] = 0.75, 0.25
    found = told(image, 3)
    assert found["red"] == pytest.approx(0.75, abs=1e-6)
    assert found["blue"] == pytest.approx(0.25, abs=1e-6)
    assert found["saturation"] == pytest.approx(0.75, abs=1e-6)
    assert "red" not in ImageSummary(1).names


def test_what_is_no_number_is_missing():
    image = np.full((1, 4, 4), 0.5)
    image[0, 0, 0] = np.nan
    assert all(np.isnan(value) for name, value in told(image).items() if name not in {"middle"})


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 5), (1, 2, 2)])
def test_tiny_images_have_numbers(shape):
    assert all(np.isfinite(value) for value in told(np.full(shape, 0.5)).values())
