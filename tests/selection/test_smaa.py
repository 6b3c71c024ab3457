import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from netwright.selection import smaa
from netwright.selection.smaa import accept, sample_weights

SHAPE = st.tuples(st.integers(1, 12), st.integers(1, 5), st.integers(1, 3))
VALUES = st.sampled_from([0.0, -0.0, 0.25, 0.5, 1.0, float("nan")])


def slowly(draws, weights, holds):
    """Ranks and central weights, candidate by candidate, draw by draw; whole quarters, so that sums are exact."""
    count, candidates, qualities = draws.shape
    ranks = np.zeros((candidates, candidates))
    central = [[] for _ in range(candidates)]
    for table, weight, may in zip(draws.tolist(), weights.tolist(), holds.tolist(), strict=True):
        totals = [sum(w * x for w, x in zip(weight, row, strict=True)) for row in table]
        fit = [ok and not any(x != x for x in row) for ok, row in zip(may, table, strict=True)]
        for c in range(candidates):
            more = sum(fit[k] and totals[k] > totals[c] for k in range(candidates))
            ranks[c, more if fit[c] else candidates - 1] += 1 / count
            if fit[c] and not more:
                central[c].append(weight)
    return ranks, [np.mean(found, axis=0) if found else np.full(qualities, np.nan) for found in central]


@settings(max_examples=200)
@given(st.data())
def test_ranks_and_central_weights_agree_with_counting(data):
    draws = data.draw(hnp.arrays(np.float64, SHAPE, elements=VALUES))
    count, candidates, qualities = draws.shape
    weights = data.draw(hnp.arrays(np.float64, (count, qualities), elements=st.sampled_from([0.25, 0.5, 1.0])))
    holds = data.draw(hnp.arrays(np.bool_, (count, candidates)))
    found = accept(draws, weights, holds, np.ones(qualities))
    ranks, central = slowly(draws, weights, holds)
    assert found.ranks == pytest.approx(ranks)
    assert found.ranks.sum(axis=1) == pytest.approx(np.ones(candidates))
    assert found.central == pytest.approx(np.array(central), nan_ok=True)


def test_two_candidates_with_opposite_strengths_share_the_first_rank_by_the_weights():
    count = 20_000
    draws = np.tile([[1.0, 0.0], [0.0, 1.0]], (count, 1, 1))
    weights = sample_weights(np.array([0.5, 0.5]), count, np.random.default_rng(0))
    found = accept(draws, weights, np.ones((count, 2), dtype=bool), np.ones(2))
    # w is uniform on [0, 1]: the one with the larger weight wins, whose mean is 3/4
    assert found.ranks[:, 0] == pytest.approx([0.5, 0.5], abs=0.02)
    assert found.central == pytest.approx(np.array([[0.75, 0.25], [0.25, 0.75]]), abs=0.01)
    assert found.confidence.tolist() == [1.0, 1.0]


def test_confidence_counts_draws_of_the_measurements_at_the_central_weights():
    random = np.random.default_rng(0)
    draws = np.array([[0.6, 0.5], [0.5, 0.6]]) + 0.05 * random.normal(size=(4000, 2, 2))
    weights = sample_weights(np.array([0.5, 0.5]), 4000, random)
    found = accept(draws, weights, np.ones((4000, 2), dtype=bool), np.ones(2))
    totals = draws @ found.central[0]
    assert found.confidence[0] == pytest.approx((totals[:, 0] >= totals[:, 1]).mean())


def test_many_candidates_use_fewer_draws_for_confidence_and_find_about_the_same(monkeypatch):
    random = np.random.default_rng(1)
    draws = random.random((5, 3)) + 0.2 * random.normal(size=(6000, 5, 3))
    weights, holds = sample_weights(np.full(3, 1 / 3), 6000, random), random.random((6000, 5)) < 0.9
    full = accept(draws, weights, holds, np.ones(3))
    monkeypatch.setattr(smaa, "COMPARED", 1000)
    fewer = accept(draws, weights, holds, np.ones(3))
    assert fewer.confidence == pytest.approx(full.confidence, abs=0.1)
    assert fewer.confidence.tolist() != full.confidence.tolist()


def test_a_unit_scales_a_quality_and_turns_one_where_less_is_better():
    draws = np.tile([[0.8, 0.004], [0.9, 0.009]], (1, 1, 1))
    found = accept(draws, np.array([[0.5, 0.5]]), np.ones((1, 2), dtype=bool), np.array([1.0, -0.01]))
    assert found.ranks[:, 0].tolist() == [1.0, 0.0]


def test_who_is_never_first_has_no_central_weights():
    found = accept(np.array([[[1.0], [0.0]]]), np.array([[1.0]]), np.ones((1, 2), dtype=bool), np.ones(1))
    assert found.ever_first.tolist() == [True, False]
    assert np.isnan(found.confidence[1])


def test_weights_lie_on_the_simplex_around_what_was_given():
    weights = sample_weights(np.array([0.6, 0.4, 0.0]), 20_000, np.random.default_rng(0))
    assert weights.sum(axis=1) == pytest.approx(np.ones(20_000))
    assert weights.mean(axis=0) == pytest.approx([0.6, 0.4, 0.0], abs=0.01)
    uniform = sample_weights(np.full(3, 1 / 3), 20_000, np.random.default_rng(0))
    # on the simplex of three a weight has the density 2 (1 - w)
    assert (uniform < 0.5).mean(axis=0) == pytest.approx([0.75] * 3, abs=0.01)
