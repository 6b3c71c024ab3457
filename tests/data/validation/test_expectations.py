"""Expectations: learnt, written, read, and held against data; all faults at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.validation.columns import columns_of
from netwright.data.validation.expectations import learn, read_expectations, write_expectations
from netwright.data.validation.validate import of_kind, validate
from netwright.records.errors import DataError
from netwright.records.validation import ColumnRange, Expectations

from .planted import images, rows, texts, videos


@pytest.mark.parametrize("make", [images, videos, texts, rows])
@pytest.mark.parametrize("ending", ["toml", "json"])
def test_what_was_learnt_is_read_back_and_holds(make, ending, tmp_path):
    data = make()
    profile = validate(data).profile
    learnt = learn(profile, columns_of(data)[1])
    path = tmp_path / f"expected.{ending}"
    write_expectations(path, learnt, profile)
    assert read_expectations(path) == learnt
    assert not of_kind(validate(data, read_expectations(path)), "expectation")


def test_every_violation_is_told_at_once_with_its_rows():
    ages = np.where(np.arange(400) == 5, 300.0, 40.0)
    ages[6] = np.nan
    data = rows(train={"age": ages}, test={"city": np.where(np.arange(200) == 3, "Rome", "Oslo")})
    wanted = Expectations(
        samples="images",
        shape=(1, 2, 3),
        classes=("no", "perhaps"),
        train_at_least=401,
        test_at_least=201,
        duplicates_at_most=0.0,
        share_at_least={"yes": 0.6},
        columns={
            "age": ColumnRange(low=0, high=120, missing=0.0),
            "city": ColumnRange(levels=("Oslo",)),
            "citty": ColumnRange(),
        },
    )
    found = of_kind(validate(data, wanted), "expectation")
    assert all(one.severity == "error" for one in found)
    told = "\n".join(map(str, found))
    for words in (
        "expected images",
        "expected (1, 2, 3)",
        "not among those expected (yes)",
        "are not there (perhaps)",
        "at least 401",
        "at least 201",
        "repeat an earlier one",
        "are yes, expected at least 60.00%",
        "age is 300 in the train part, expected 0 to 120 (train[5])",
        "age is missing in 0.25% of the train part",
        "city is 'Rome' in the train part",
        "city is 'Rome' in the test part, which is not expected (test[3])",
        "Did you mean city",
    ):
        assert words in told, words


def test_words_where_numbers_are_expected_and_the_other_way_round():
    wanted = Expectations(columns={"age": ColumnRange(levels=("old",)), "city": ColumnRange(low=0)})
    told = {one.what for one in of_kind(validate(rows(), wanted), "expectation")}
    assert told == {
        "age holds numbers, but words are expected of it",
        "city holds words, but low or high is expected of it",
    }


def test_all_faults_of_a_file_are_told_with_their_keys(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('train_at_least = -1\nclases = ["a"]\n[columns.age]\nlow = "much"\nhigth = 3\n')
    with pytest.raises(DataError) as error:
        read_expectations(path)
    for words in (
        "has 4 faults",
        "train_at_least: found '-1'",
        "Did you mean classes",
        "columns.age.low",
        "Did you mean high",
    ):
        assert words in str(error.value), words


@pytest.mark.parametrize(("name", "text"), [("a.toml", "x = = 1"), ("b.json", "{"), ("c.toml", None)])
def test_no_such_text_and_no_such_file(tmp_path, name, text):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(DataError, match="correct"):
        read_expectations(path)


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(words, max_size=4, unique=True), st.dictionaries(words, st.tuples(numbers, numbers), max_size=3))
def test_any_names_and_numbers_survive_a_toml_file(tmp_path_factory, classes, columns):
    wanted = Expectations(
        classes=tuple(classes),
        share_at_least=dict.fromkeys(classes, 0.5),
        columns={name: ColumnRange(low=low, high=high, levels=tuple(classes)) for name, (low, high) in columns.items()},
    )
    path = tmp_path_factory.getbasetemp() / "any.toml"
    write_expectations(path, wanted, validate(rows()).profile)
    assert read_expectations(path) == wanted
