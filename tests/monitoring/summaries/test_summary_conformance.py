"""What every summary must keep: names, shapes, one row for each input whatever stands beside it."""

import numpy as np
import pytest

from netwright.monitoring.summaries.catalog import KINDS, summary_for
from netwright.records.errors import InputError


def made(kind, n, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "image": lambda: rng.normal(size=(n, 3, 9, 11)).astype(np.float32),
        "row": lambda: rng.normal(size=(n, 4)).astype(np.float32),
        "text": lambda: rng.integers(0, 256, (n, 30)).astype(np.uint8),
        "video": lambda: rng.integers(0, 256, (n, 3, 6, 9, 11)).astype(np.uint8),
    }[kind]()


def summary_of(kind):
    return summary_for(kind, feature_names=("a", "b", "c", "d"), channels=3)


every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@pytest.mark.parametrize("n", [0, 1, 5])
def test_there_is_one_number_a_name(kind, n):
    summary = summary_of(kind)
    numbers = summary.numbers(made(kind, n))
    assert numbers.shape == (n, len(summary.names))
    assert numbers.dtype == np.float32
    assert len(set(summary.names)) == len(summary.names)


@every_kind
def test_an_input_has_the_same_numbers_in_any_batch(kind):
    inputs, summary = made(kind, 17), summary_of(kind)
    together = summary.numbers(inputs)
    apart = np.concatenate([summary.numbers(inputs[index : index + 1]) for index in range(17)])
    np.testing.assert_array_equal(together, apart)


@every_kind
def test_inputs_are_left_as_they_were(kind):
    inputs = made(kind, 3)
    before = inputs.copy()
    summary_of(kind).numbers(inputs)
    np.testing.assert_array_equal(inputs, before)


def test_an_unknown_kind_is_told():
    with pytest.raises(InputError, match="image, row, text, video"):
        summary_for("audio")
