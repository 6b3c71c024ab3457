import numpy as np
import pytest
import torch

from netwright.data.table import make_table_dataset
from netwright.records.errors import DataError


def part(numbers, labels):
    return {"x": np.array(numbers, dtype=float)}, np.array(labels)


def test_test_rows_take_no_part_in_the_encoding():
    one, other = (make_table_dataset("t", part([0, 2], [0, 1]), part(test, [0]), ("a", "b")) for test in ([1], [1000]))
    assert torch.equal(one.train_values, other.train_values)
    assert one.train_values.flatten().tolist() == [-1, 1]
    assert other.test_values.item() == 999
    assert one.fingerprint != other.fingerprint


def test_the_fingerprint_covers_what_the_columns_are():
    column = np.array([0.0, 1.0])
    made = [
        make_table_dataset("t", ({name: column}, np.array([0, 1])), ({name: column}, np.array([0, 1])), ("a", "b"))
        for name in ("x", "y", "x")
    ]
    assert made[0].fingerprint == made[2].fingerprint != made[1].fingerprint


def test_a_table_without_information_is_refused():
    with pytest.raises(DataError, match="no column of t has different values"):
        make_table_dataset("t", part([1, 1], [0, 1]), part([2], [0]), ("a", "b"))


def test_notes_are_those_given_and_those_of_the_encoding():
    columns = {"x": np.arange(3.0), "constant": np.ones(3)}
    dataset = make_table_dataset(
        "t", (columns, np.array([0, 1, 0])), (columns, np.array([0, 1, 0])), ("a", "b"), ("it",)
    )
    assert dataset.notes[0] == "it"
    assert "constant" in dataset.notes[1]


def test_another_encoding_is_another_fingerprint():
    labels = np.array([0, 1, 0], np.int64)

    def made(first):
        columns = {"x": np.array([first, first + 1, first + 2])}
        return make_table_dataset("t", (columns, labels), (columns, labels), ("a", "b"))

    one, shifted = made(0.0), made(1000.0)
    assert torch.equal(one.train_values, shifted.train_values)
    assert one.fingerprint != shifted.fingerprint
