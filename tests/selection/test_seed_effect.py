import numpy as np
import pytest

from netwright.selection.moderation import Spread
from netwright.selection.seed_effect import correlation


def average(share: float, candidates: int, seeds: int) -> float:
    random = np.random.default_rng(0)
    found = []
    for _ in range(400):
        table = np.sqrt(share) * random.normal(size=seeds) + np.sqrt(1 - share) * random.normal(
            size=(candidates, seeds)
        )
        values = {f"c{i}": dict(enumerate(row)) for i, row in enumerate(table.tolist())}
        found.append(correlation(values, dict.fromkeys(values, Spread(1.0, 20.0))))
    return float(np.mean(found))


def test_correlation_is_found_with_many_seeds_and_never_overstated():
    assert average(0.6, 20, 200) == pytest.approx(0.6, abs=0.03)
    assert average(0.6, 8, 3) <= 0.6
    assert average(0.0, 8, 3) < 0.05


def test_two_candidates_over_three_seeds_count_as_independent_unless_more_than_alike():
    values = {"a": {0: 0.0, 1: 1.0, 2: 2.0}, "b": {0: 0.0, 1: 1.0, 2: 2.0}}
    assert correlation(values, dict.fromkeys(values, Spread(1.0, 4.0))) == 0.0


@pytest.mark.parametrize(
    "values",
    [{}, {"a": {0: 1.0, 1: 2.0}}, {"a": {0: 1.0, 1: 2.0}, "b": {2: 1.0, 3: 2.0}}, {"a": {0: 1.0}, "b": {0: 2.0}}],
)
def test_what_cannot_be_compared_is_independent(values):
    assert correlation(values, dict.fromkeys(values, Spread(1.0, 2.0))) == 0.0
