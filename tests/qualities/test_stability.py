from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.qualities.seeds import Seeds
from netwright.qualities.stability import accuracy_spread, churn, measure
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions

ANYWHERE = Conditions(hardware="any")


@pytest.mark.parametrize("seeds", [2, 3, 10])
def test_the_spread_covers_at_its_level(seeds):
    draws = np.random.default_rng(0).normal(0.8, 0.01, size=(2000, seeds))
    held = 0
    for accuracies in draws:
        found = accuracy_spread(accuracies.tolist(), conditions=ANYWHERE)
        held += found.low <= 0.01 <= found.high
    assert 0.88 <= held / 2000 <= 0.92
    assert found.value == pytest.approx(np.std(accuracies, ddof=1))
    assert found.n == seeds


def test_seeds_that_agree_show_nothing():
    found = accuracy_spread([0.8, 0.8, 0.8], conditions=ANYWHERE)
    assert found.value == found.high == 0
    assert "cannot show" in found.notes[0]


@given(st.lists(st.lists(st.integers(0, 3), min_size=7, max_size=7), min_size=2, max_size=5))
def test_churn_is_counted_pair_by_pair(answers):
    predictions = {seed: np.array(row) for seed, row in enumerate(answers)}
    apart = [sum(a != b for a, b in zip(one, other, strict=True)) / 7 for one, other in combinations(answers, 2)]
    found = churn(predictions, conditions=ANYWHERE)
    assert found.value == pytest.approx(np.mean(apart))
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.n == 7


def test_agreement_on_few_samples_is_not_certain():
    found = churn({0: np.zeros(20, dtype=np.int64), 1: np.zeros(20, dtype=np.int64)}, conditions=ANYWHERE)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high > 0.05


@pytest.mark.parametrize(
    "predictions", [{}, {0: np.zeros(3)}, {0: np.zeros(3), 1: np.zeros(4)}, {0: np.zeros(0), 1: np.zeros(0)}]
)
def test_refuses_what_cannot_be_compared(predictions):
    with pytest.raises(InputError, match="all on the same samples"):
        churn(predictions, conditions=ANYWHERE)
    with pytest.raises(InputError, match="at least 2"):
        accuracy_spread([0.8], conditions=ANYWHERE)


def test_measures_all_seeds_at_once(seeds):
    spread, answers = measure(seeds)
    assert spread.value == pytest.approx(0.02)
    assert answers.notes[0].startswith("over 3 pairs of 3 seeds")


def test_says_what_is_missing(seeds):
    spread, answers = measure(Seeds(seeds.measurements))
    assert spread.n == 3
    assert "not at hand" in answers.reason
    one = Seeds({0: seeds.measurements[0]}, seeds.predictions)
    assert all("two seeds" in found.reason for found in measure(one))
