"""Pictures are what another reader of PNG files sees."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from netwright.records.picture import Picture, picture_of


@given(st.sampled_from([(1, "L"), (3, "RGB"), (4, "RGBA")]), st.integers(1, 9), st.integers(1, 9), st.integers(0, 99))
def test_pillow_reads_the_same_pixels(kind, height, width, seed):
    channels, mode = kind
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)
    picture = picture_of(pixels.tobytes(), width, height)
    image = Image.open(BytesIO(b64decode(picture.png)))
    assert (image.mode, image.size, (picture.width, picture.height)) == (mode, (width, height), (width, height))
    assert np.array_equal(np.asarray(image).reshape(pixels.shape), pixels)
    assert Picture.from_json(picture.to_json()) == picture
    assert picture.address.startswith("data:image/png;base64,iVBOR")


@pytest.mark.parametrize(("count", "width", "height"), [(7, 2, 2), (8, 2, 2), (0, 2, 2), (4, 0, 2), (4, -2, -2)])
def test_a_wrong_number_of_bytes_is_refused(count, width, height):
    with pytest.raises(ValueError, match=f"found {count} bytes for {width}x{height} pixels"):
        picture_of(bytes(count), width, height)
