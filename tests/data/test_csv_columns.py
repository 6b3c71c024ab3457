import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.data import csv_columns
from netwright.data.csv_columns import LONGEST, as_column, read_csv
from netwright.records.errors import DataError


@pytest.fixture
def write(tmp_path):
    def make(content, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_cells_are_read_as_the_csv_module_wrote_them(tmp_path_factory, rows, delimiter):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(buffer.getvalue().encode())
    file = read_csv(path)
    assert file.cells == {"a": [row[0].strip() for row in rows], "b": [row[1].strip() for row in rows]}
    assert file.lines == list(range(2, len(rows) + 2))


def test_lines_are_those_of_the_file(write):
    file = read_csv(write('a,b\n1,"two\nlines"\n\n3,4\n'))
    assert file.lines == [3, 5]
    assert file.place(1, "b").endswith("t.csv, line 5, column 'b'")


def test_a_byte_order_mark_is_no_part_of_a_name(write):
    assert list(read_csv(write(b"\xef\xbb\xbfa,b\n1,2\n")).cells) == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            "a,b\n1,2\n3\n4,5,6\n",
            ["t.csv, line 3: 1 cells, but there are 2 columns", "line 4: 3 cells", "correct these"],
        ),
        ("a,b,a\n1,2,3\n", ["line 1: column 3 has the name 'a' of another one"]),
        ("a,,c\n1,2,3\n", ["line 1: column 2 has no name"]),
        ("a,b\n", ["has no rows"]),
        ("", ["has no rows"]),
        ('a,b\n1,"2"x\n', ["t.csv, line 2: "]),
        (b"a\n\xff\n", ["is no UTF-8 text (byte 2)"]),
    ],
)
def test_a_broken_file_is_told(write, content, found):
    with pytest.raises(DataError) as caught:
        read_csv(write(content))
    assert all(part in str(caught.value) for part in found)


def test_the_first_ten_faults_are_named(write):
    with pytest.raises(DataError, match="and 5 more"):
        read_csv(write("a,b\n" + "1\n" * 15))


def test_a_file_that_is_not_there_or_too_large_is_told(write, tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"none.csv cannot be read: No such file"):
        read_csv(tmp_path / "none.csv")

    class Memory:
        available = 10

    monkeypatch.setattr(csv_columns.psutil, "virtual_memory", Memory)
    with pytest.raises(DataError, match="too much for the"):
        read_csv(write("a\n1\n"))


def column(write, *contents):
    files = [
        read_csv(write("x,y\n" + "".join(f"{c},0\n" for c in cells), f"{i}.csv")) for i, cells in enumerate(contents)
    ]
    return as_column("x", files)


def test_numbers_and_missing_ones(write):
    (values,), faults = column(write, ["1", " 2.5", "NA", "", "-3e2", "nan", "?"])
    np.testing.assert_array_equal(values, [1, 2.5, np.nan, np.nan, -300, np.nan, np.nan])
    assert faults == []


def test_words_stay_as_they_are(write):
    (values,), faults = column(write, ["none", "NA", "", "1", "b "])
    assert values.tolist() == ["none", "NA", "", "1", "b"]
    assert faults == []


def test_the_test_file_follows_the_training_file(write):
    values, faults = column(write, ["a", "b"], ["1", "2"])
    assert [part.tolist() for part in values] == [["a", "b"], ["1", "2"]]
    assert faults == []


def test_what_is_no_number_among_numbers_is_told_with_its_place(write):
    _, faults = column(write, ["1"] * 20 + ["l2"], ["3", "inf", "1_000"])
    assert [fault.split("/")[-1] for fault in faults] == [
        "0.csv, line 22, column 'x': found 'l2' among numbers",
        "1.csv, line 3, column 'x': found 'inf' among numbers",
        "1.csv, line 4, column 'x': found '1_000' among numbers",
    ]


def test_a_long_text_is_told(write):
    _, (fault,) = column(write, ["a", "b" * (LONGEST + 1)])
    assert fault.endswith("line 3, column 'x': found a text that starts 'bbbbbbbbbbbbbbbbbbbb'")
