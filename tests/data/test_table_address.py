from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.table_address import TableAddress, read_table_address
from netwright.records.errors import DataError

names = st.text("abÄ &=%?+/._-", min_size=1).filter(str.strip)
paths = st.text("abc Ä._-?&", min_size=1).filter(lambda name: name not in {".", ".."}).map(lambda name: Path("/", name))


@given(
    paths,
    names,
    st.lists(names, max_size=2).map(tuple),
    st.lists(names, max_size=2).map(tuple),
    st.floats(0.01, 0.99) | paths,
    st.sampled_from(["stratified", "ordered"]),
)
def test_an_address_is_read_as_it_is_written(path, label, groups, drop, test, split):
    address = TableAddress(path, label, groups, drop, test, split)
    assert read_table_address(str(address)) == address


def test_relative_and_home_paths(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/someone")
    assert read_table_address("table:a.csv?label=y").path == tmp_path / "a.csv"
    assert read_table_address("table:~/a.csv?label=y", Path("/data")).path == Path("/home/someone/a.csv")
    address = read_table_address("table:a.csv?label=y&test=b.csv", Path("/data"))
    assert (address.path, address.test) == (Path("/data/a.csv"), Path("/data/b.csv"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("table:x.csv", "is no table. Write table:PATH.csv?label=COLUMN"),
        ("table:?label=y", "is no table"),
        ("table:x.csv?label=", "is no table"),
        ("table:x.csv?group=a", "does not say which column to predict"),
        ("table:x.csv?label=a&label=b", "has label twice"),
        ("table:x.csv?label=y&grup=a", "unknown option 'grup'. Did you mean group"),
        ("table:x.csv?label=y&test=0", "test = 0. Write a share between 0 and 1"),
        ("table:x.csv?label=y&test=1.5", "test = 1.5"),
        ("table:x.csv?label=y&split=random", "split = 'random'. Write stratified or ordered"),
    ],
)
def test_a_wrong_address_is_told(text, found):
    with pytest.raises(DataError) as caught:
        read_table_address(text)
    assert found in str(caught.value)
