from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.texts_address import LONGEST, TextsAddress, read_texts_address
from netwright.records.errors import DataError


@given(
    st.text("abc ÄÖ._-", min_size=1).filter(lambda name: name not in {".", ".."}),
    st.none() | st.integers(1, LONGEST),
)
def test_an_address_is_read_as_it_is_written(name, length):
    address = TextsAddress(Path("/", name), length)
    assert read_texts_address(str(address)) == address


def test_relative_and_home_paths(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", "/home/someone")
    assert read_texts_address("texts:aclImdb", tmp_path).path == tmp_path / "aclImdb"
    assert read_texts_address("texts:~/aclImdb?").path == Path("/home/someone/aclImdb")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("texts:", "names no folder"),
        ("texts:x?lenght=32", "Did you mean length"),
        ("texts:x?length=all", "length = 'all'; write a number of bytes"),
        ("texts:x?length=0", "from 1 to 1048576"),
        ("texts:x?length=²", "length = '²'"),
        ("texts:x?length", "length = ''"),
    ],
)
def test_a_wrong_address_is_told(text, found):
    with pytest.raises(DataError) as caught:
        read_texts_address(text)
    assert found in str(caught.value)
