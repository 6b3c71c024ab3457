import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.encoding import MISSING, MOST_LEVELS, CategoryColumn, Encoding, learn_encoding

# hundredths: differences that are lost in float64 are no information
cells = st.integers(-(10**8), 10**8).map(lambda n: n / 100) | st.just(float("nan"))


@given(st.lists(cells, min_size=1, max_size=40), st.lists(cells, max_size=10))
def test_numbers_are_standardised_by_the_training_part_only(train, later):
    values, others = np.array(train), np.array(later)
    encoding, notes = learn_encoding({"x": values})
    known = values[~np.isnan(values)]
    if len(set(known.tolist())) < 2:
        assert encoding.features in ((), ("x", f"x = {MISSING}"))
        assert bool(notes) == (not encoding.columns)
        return
    for part in (values, others):
        inputs = encoding.encode({"x": part})
        expected = np.nan_to_num((part - known.mean()) / known.std(), nan=0.0)
        np.testing.assert_allclose(inputs[:, 0], expected, rtol=2e-5, atol=2e-5)
        if np.isnan(values).any():
            assert inputs[:, 1].tolist() == np.isnan(part).tolist()
        else:
            assert inputs.shape == (len(part), 1)


def test_a_large_mean_beside_a_small_spread_is_kept():
    values = 1e9 + np.arange(10.0)
    inputs = learn_encoding({"x": values})[0].encode({"x": values})
    assert abs(float(inputs.mean())) < 1e-5
    assert float(inputs.std()) == pytest.approx(1, abs=1e-5)


def test_the_order_of_the_rows_does_not_matter():
    random = np.random.default_rng(0)
    table = {"x": random.lognormal(size=5000), "w": random.choice(["a", "b", "", "c"], 5000)}
    order = random.permutation(5000)
    assert learn_encoding(table)[0] == learn_encoding({name: values[order] for name, values in table.items()})[0]


def test_words_get_one_input_a_level_and_unseen_ones_none():
    encoding, _ = learn_encoding({"city": np.array(["Rome", "Oslo", "Rome", ""])})
    assert encoding.features == ("city = Rome", f"city = {MISSING}", "city = Oslo")
    assert encoding.encode({"city": np.array(["Oslo", "", "Bern"])}).tolist() == [[0, 0, 1], [0, 1, 0], [0, 0, 0]]


def test_only_the_most_common_levels_are_kept():
    words = np.array([f"w{i:02d}" for i in range(30) for _ in range(30 - i)])
    (column,) = learn_encoding({"w": words})[0].columns
    assert isinstance(column, CategoryColumn)
    assert column.levels == tuple(f"w{i:02d}" for i in range(MOST_LEVELS))


def test_what_never_varies_is_left_out_and_told():
    table = {"one": np.ones(4), "x": np.arange(4.0), "same": np.array(["a"] * 4), "none": np.full(4, np.nan)}
    encoding, (note,) = learn_encoding(table)
    assert encoding.features == ("x",)
    assert note.endswith("one value there: one, same, none")


def test_a_constant_that_is_sometimes_missing_tells_by_that():
    encoding, notes = learn_encoding({"x": np.array([3.0, np.nan, 3.0])})
    assert encoding.encode({"x": np.array([3.0, np.nan, 4.0])}).tolist() == [[0, 0], [0, 1], [1, 0]]
    assert notes == ()


def test_it_is_a_record():
    encoding, _ = learn_encoding({"x": np.array([1.0, np.nan, 2.5]), "w": np.array(["a", "b", ""])})
    assert Encoding.from_json(encoding.to_json()) == encoding
