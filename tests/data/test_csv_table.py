import os

import numpy as np
import pytest

from netwright.data import csv_table
from netwright.data.catalog import load
from netwright.data.checks import check_dataset
from netwright.records.errors import DataError
from netwright.records.scenario import Design

HEAD = "id,age,city,sex,paid\n"


def lines(count=40):
    random = np.random.default_rng(0)
    cities, sexes = random.choice(["Oslo", "Rome"], count), random.choice(["f", "m"], count)
    return [f"{i},{20 + i % 30},{cities[i]},{sexes[i]},{'yes' if i % 4 else 'no'}\n" for i in range(count)]


@pytest.fixture
def write(tmp_path):
    def make(rows, name="loans.csv", head=HEAD):
        path = tmp_path / name
        path.write_text(head + "".join(rows))
        return path

    return make


def test_columns_labels_and_groups(write):
    path = write(lines())
    dataset = load(f"table:{path}?label=paid&group=sex&drop=id&test=0.25")
    assert dataset.name == f"table:{path}?label=paid&group=sex&drop=id&test=0.25"
    assert dataset.classes == ("no", "yes")
    assert dataset.features[0] == "age"
    assert set(dataset.features[1:]) == {"city = Oslo", "city = Rome"}
    assert (len(dataset.train_labels), len(dataset.test_labels)) == (30, 10)
    assert dataset.test_labels.bincount().tolist() in ([2, 8], [3, 7])
    names, codes = dataset.groups("sex")
    assert (names, len(codes)) == (("f", "m"), 10)
    check_dataset(dataset, Design(sizes=(5, 20), validation=8), group="sex")


def test_the_last_rows_are_the_test_part_of_an_ordered_table(write):
    dataset = load(f"table:{write(lines())}?label=paid&test=0.1&split=ordered")
    first = dataset.features.index("id")
    assert dataset.train_values[:, first].tolist() == sorted(dataset.train_values[:, first].tolist())
    assert float(dataset.test_values[:, first].min()) > float(dataset.train_values[:, first].max())
    assert dataset.test_labels.tolist() == [0, 1, 1, 1]


def test_a_test_file_of_its_own(write):
    train, test = write(lines()), write(lines(8)[::-1], "later.csv", HEAD)
    dataset = load(f"table:{train}?label=paid&test={test}")
    assert len(dataset.train_labels) == 40
    assert dataset.test_labels.tolist() == [1, 1, 1, 0, 1, 1, 1, 0]


def test_numbers_as_classes_are_in_the_order_of_numbers(write):
    path = write([f"{i},{x}\n" for x in (10, 2, 1) for i in range(9)], head="x,y\n")
    assert load(f"table:{path}?label=y").classes == ("1", "2", "10")


def test_it_is_read_once_until_the_file_changes(write, monkeypatch):
    path = write(lines())
    first = load(f"table:{path}?label=paid")
    with monkeypatch.context() as patch:
        patch.setattr(csv_table, "read_csv", None)
        assert load(f"table:{path}?label=paid").fingerprint == first.fingerprint
    write(lines()[::-1])
    os.utime(path, ns=(1, 1))
    assert load(f"table:{path}?label=paid").fingerprint != first.fingerprint


@pytest.mark.parametrize(
    ("options", "rows", "found"),
    [
        ("label=piad", lines(), "has no column 'piad'. Did you mean paid"),
        ("label=paid&group=gender", lines(), "has no column 'gender'"),
        ("label=paid&drop=paid", lines(), "is the label, and a group or dropped too"),
        ("label=paid", [*lines(), "9,9,Rome,f,\n"], "line 42, column 'paid': there is no label"),
        ("label=paid", [*lines(), "9,old,Rome,f,no\n"], "line 42, column 'age': found 'old' among numbers"),
        ("label=id", lines(120), "the label 'id' has 120 different values"),
        ("label=paid&test=0.01", lines(10), "has 10 rows, 0 of them for the test part"),
        ("label=paid&test=none.csv", lines(), "none.csv cannot be read"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(write, options, rows, found):
    with pytest.raises(DataError) as caught:
        load(f"table:{write(rows)}?{options}")
    assert found in str(caught.value)


def test_a_test_file_must_fit_the_training_file(write):
    train = write(lines())
    other = write([line.replace("yes", "maybe") for line in lines(4)], "other.csv")
    with pytest.raises(DataError, match=r"other.csv, line 3, column 'paid': found the class 'maybe'"):
        load(f"table:{train}?label=paid&test={other}")
    lacking = write(["1,no\n"], "lacking.csv", "age,paid\n")
    with pytest.raises(DataError, match=r"lacking.csv lacks the column 'city'"):
        load(f"table:{train}?label=paid&test={lacking}&drop=id")


def test_one_class_is_told(write):
    dataset = load(f"table:{write([row.replace('no', 'yes') for row in lines()])}?label=paid")
    with pytest.raises(DataError, match=r"all training rows .* are of one class, 'yes'"):
        check_dataset(dataset, Design(sizes=(5,), validation=2))
