import contextlib
import gzip

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from netwright.data.idx import read_idx
from netwright.records.errors import DataError

IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def content(array=IMAGES):
    return bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=3)), st.booleans())
def test_what_is_written_is_read(tmp_path, array, compressed):
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(content(array)) if compressed else content(array))
    np.testing.assert_array_equal(read_idx(path, array.ndim), array)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "nothing"),
        (b"\x89PNG....", "89 50 4e 47"),
        (content(IMAGES[0]), "00 00 08 02"),
        (b"\0\0\x0d" + content()[3:], "00 00 0d 03"),
        (content()[:9], "ends inside its header, at byte 9 of 16"),
        (content()[:-1], "2 x 3 x 4 but is truncated at byte 39 of 40"),
        (content() + b"x", "has 41 bytes instead of 40"),
        (gzip.compress(content())[:-12], "gzip stream is truncated at byte"),
        (gzip.compress(content())[:-8] + bytes(8), "gzip stream is corrupt"),
        (b"\x1f\x8b" + bytes(20), "gzip stream is corrupt"),
    ],
)
def test_an_unsound_file_is_told_by_name_finding_and_remedy(tmp_path, data, found):
    path = tmp_path / "images-idx3-ubyte.gz"
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        read_idx(path, dimensions=3)
    assert all(part in str(caught.value) for part in (str(path), found, "fetch it again"))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        read_idx(tmp_path / "absent", dimensions=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 255), st.booleans())
def test_no_damage_leaves_as_another_error(tmp_path, place, value, compressed):
    whole = bytearray(gzip.compress(content(), mtime=0) if compressed else content())
    whole[place % len(whole)] = value
    path = tmp_path / "x"
    path.write_bytes(whole)
    # it is read (damage to a pixel or a gzip time is no fault), or it is a DataError
    with contextlib.suppress(DataError):
        assert read_idx(path, dimensions=3).ndim == 3
