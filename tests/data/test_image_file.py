import contextlib

import numpy as np
import pytest
from PIL import Image

from netwright.data.image_file import BrokenImageError, look_at, read_pixels

COLOUR = np.random.default_rng(0).integers(0, 256, (6, 4, 3), dtype=np.uint8)


@pytest.fixture
def saved(tmp_path):
    def save(image, name="x.png", **options):
        image.save(tmp_path / name, **options)
        return tmp_path / name

    return save


def test_colours_come_back_unchanged(saved):
    path = saved(Image.fromarray(COLOUR))
    assert look_at(path) == ((6, 4), False)
    np.testing.assert_array_equal(read_pixels(path, (6, 4), 3), COLOUR.transpose(2, 0, 1))


def test_grey_is_the_luma_of_itu_r_601(saved):
    grey = read_pixels(saved(Image.fromarray(COLOUR)), (6, 4), 1)
    expected = COLOUR @ np.array([0.299, 0.587, 0.114])
    assert grey.shape == (1, 6, 4)
    assert np.abs(grey[0] - expected).max() <= 1


@pytest.mark.parametrize("mode", ["1", "L"])
def test_a_grey_file_is_seen_as_grey(saved, mode):
    assert look_at(saved(Image.fromarray(COLOUR).convert(mode))) == ((6, 4), True)


def test_deep_images_keep_their_upper_byte(saved):
    values = np.array([[0, 255, 256, 65535]], dtype=np.uint16)
    path = saved(Image.fromarray(values))
    assert look_at(path) == ((1, 4), True)
    assert read_pixels(path, (1, 4), 1).tolist() == [[[0, 0, 1, 255]]]


def test_shrinking_averages(saved):
    stripes = np.tile(np.array([0, 200], dtype=np.uint8), (8, 16))
    pixels = read_pixels(saved(Image.fromarray(stripes)), (2, 2), 1)
    assert np.abs(pixels.astype(int) - 100).max() <= 5


def test_the_orientation_in_the_file_counts(saved):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(Image.fromarray(COLOUR), exif=exif)
    assert look_at(path) == ((4, 6), False)
    np.testing.assert_array_equal(read_pixels(path, (4, 6), 3), np.rot90(COLOUR, -1).transpose(2, 0, 1))


@pytest.mark.parametrize("name", ["x.png", "x.jpg", "x.gif", "x.bmp", "x.webp"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.7])
def test_truncated_files_are_broken(saved, name, share):
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    path = saved(Image.fromarray(noise), name)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(BrokenImageError) as caught:
        read_pixels(path, (64, 64), 3)
    assert str(caught.value)
    assert str(path) not in str(caught.value)


# Pillow warns of contradicting tags and of very large sizes
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["x.png", "x.jpg", "x.gif", "x.bmp", "x.webp", "x.tif"])
def test_no_damage_leaves_as_another_error(saved, name):
    random = np.random.default_rng(2)
    path = saved(Image.fromarray(random.integers(0, 256, (16, 16, 3), dtype=np.uint8)), name)
    whole = path.read_bytes()
    for _ in range(100):
        damaged = bytearray(whole)
        for place in random.integers(0, len(whole), 3):
            damaged[place] = random.integers(0, 256)
        path.write_bytes(damaged)
        # damage to a pixel is no fault that can be seen
        with contextlib.suppress(BrokenImageError):
            look_at(path)
            assert read_pixels(path, (16, 16), 3).shape == (3, 16, 16)
