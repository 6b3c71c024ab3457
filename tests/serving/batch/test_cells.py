import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.errors import DataError
from netwright.records.package import TensorSpec
from netwright.serving.batch.cells import CellError, check_columns, value_of, value_of_text, values_of

NUMBER = TensorSpec(name="age", datatype="FP64", shape=(-1,))
WORD = TensorSpec(name="city", datatype="BYTES", shape=(-1,), optional=True)
PIXELS = TensorSpec(name="image", datatype="UINT8", shape=(-1, 1, 2))


@given(st.one_of(st.floats(allow_nan=False), st.integers(-(2**70), 2**70)))
def test_numbers_stay_what_they_are(number):
    assert value_of(number, NUMBER) == float(number)


@given(st.floats(allow_nan=False))
def test_numbers_come_back_from_their_text(number):
    assert value_of_text(repr(number), NUMBER) == number


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_words_are_their_utf_8(word):
    assert value_of(word, WORD) == word.encode() == value_of_text(word, WORD)


@pytest.mark.parametrize("cell", ["", "?", "NaN", "n/a", "NULL"])
def test_what_stands_for_a_missing_number_is_that_of_training(cell):
    assert math.isnan(value_of_text(cell, NUMBER))


@pytest.mark.parametrize(
    ("found", "spec", "told"),
    [
        (True, NUMBER, "'age' is True, which is no number"),
        ("12", NUMBER, "'age' is '12', which is no number"),
        ([1.0], NUMBER, "no number"),
        (10**400, NUMBER, "too large"),
        (1.5, WORD, "'city' is 1.5, which is no text"),
        (True, WORD, "no text"),
        ("\ud800", WORD, "no UTF-8 at character 0"),
        ([[1, 2], [3, 4]], PIXELS, r"numbers of shape \[2, 2\]; give numbers of shape \[1, 2\]"),
        ([[1], [3, 4]], PIXELS, "different lengths"),
        ([[1, 256]], PIXELS, "UINT8 does not hold"),
        ([[1, -1]], PIXELS, "UINT8 does not hold"),
        ([[1, 0.5]], PIXELS, "UINT8 does not hold"),
        ([["a", "b"]], PIXELS, "give numbers"),
        (None, PIXELS, "give numbers"),
        ("x" * 10**6, NUMBER, r"'age' is 'xxxxxxxxxxxxxxxxxxx\.\.\., which"),
    ],
)
def test_what_is_no_value_is_told(found, spec, told):
    with pytest.raises(CellError, match=told):
        value_of(found, spec)


@pytest.mark.parametrize("cell", ["1_000", "1,5", "0x10", "zwölf"])
def test_a_cell_that_is_no_number_is_told(cell):
    with pytest.raises(CellError, match="no number"):
        value_of_text(cell, NUMBER)


def test_an_array_is_of_the_type_of_its_tensor():
    held = value_of([[1, 255]], PIXELS)
    assert (held.dtype, held.tolist()) == (np.uint8, [[1, 255]])


def test_other_keys_are_not_looked_at_and_an_optional_one_may_be_absent():
    assert values_of({"age": 3, "label": object()}, [NUMBER, WORD]) == {"age": 3.0, "city": b""}


def test_an_absent_key_is_told_with_its_nearest():
    with pytest.raises(CellError, match=r"'age' is missing\. Did you mean ages"):
        values_of({"ages": 3}, [NUMBER])
    with pytest.raises(CellError, match="it is empty"):
        values_of({}, [NUMBER])


def test_absent_columns_are_told_before_anything_is_read():
    check_columns("a.csv", ["age"], [NUMBER, WORD], None)
    with pytest.raises(DataError, match=r"a.csv has no column 'age' \(and 1 more of those needed\). Did you mean ages"):
        check_columns("a.csv", ["ages"], [NUMBER], "id")
