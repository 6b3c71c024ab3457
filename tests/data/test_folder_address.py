from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.folder_address import FolderAddress, read_address
from netwright.records.errors import DataError


@given(
    st.text("abc ÄÖ._-", min_size=1).filter(lambda name: name not in {".", ".."}),
    st.none() | st.integers(1, 4096),
    st.none() | st.sampled_from([1, 3]),
)
def test_an_address_is_read_as_it_is_written(name, size, channels):
    address = FolderAddress(Path("/", name), size, channels)
    assert read_address(str(address)) == address


def test_relative_and_home_paths(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/someone")
    assert read_address("folder:birds").path == tmp_path / "birds"
    assert read_address("folder:~/birds?").path == Path("/home/someone/birds")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("folder:", "names no folder"),
        ("folder:x?sizes=32", "Did you mean size"),
        ("folder:x?size=big", "size = 'big'; write a number of pixels"),
        ("folder:x?size=0", "from 1 to 4096"),
        ("folder:x?size=²", "size = '²'"),
        ("folder:x?channels=2", "write 1 or 3"),
        ("folder:x?size", "size = ''"),
    ],
)
def test_a_wrong_address_is_told(text, found):
    with pytest.raises(DataError) as caught:
        read_address(text)
    assert found in str(caught.value)
