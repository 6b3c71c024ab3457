"""What every effect size must keep, and what scipy says of the same tallies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import ks_2samp, wasserstein_distance

from netwright.monitoring.drift.effects.intervals import matters, told
from netwright.monitoring.drift.effects.ks import KolmogorovSmirnov
from netwright.monitoring.drift.effects.psi import GROUPS, PopulationStability
from netwright.monitoring.drift.effects.variation import TotalVariation
from netwright.monitoring.drift.effects.wasserstein import Wasserstein

BINS = 7
CENTRES = np.array([-3.0, -1.0, 0.0, 0.5, 2.0, 7.0])
SIZES = (PopulationStability(), KolmogorovSmirnov(), TotalVariation(), Wasserstein(CENTRES, 2.0))
every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
tallies = arrays(np.int64, BINS, elements=st.integers(0, 500)).filter(lambda tally: tally[:-1].sum() > 0)


@every_size
@given(reference=tallies, rows=tallies)
def test_distances_are_finite_and_not_negative(size, reference, rows):
    found = size.between(reference, np.stack([rows, reference]))
    assert found.shape == (2,)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert found[1] == 0


@every_size
@given(reference=tallies, rows=st.lists(tallies, min_size=2, max_size=4))
def test_several_tallies_at_once_are_those_one_by_one(size, reference, rows):
    together = size.between(reference, np.stack(rows))
    np.testing.assert_array_equal(together, [size.between(reference, one[None])[0] for one in rows])


@every_size
def test_the_farther_the_larger(size):
    reference = np.array([100, 100, 100, 100, 100, 100, 0])
    near, far = np.array([80, 90, 100, 100, 110, 120, 0]), np.array([0, 0, 0, 0, 0, 600, 0])
    distances = size.between(reference, np.stack([near, far]))
    assert distances[0] < distances[1]


@every_size
def test_a_reference_without_samples_breaks_nothing(size):
    assert np.isfinite(size.between(np.zeros(BINS, np.int64), np.ones((1, BINS), np.int64))).all()


def spread_out(tally, values):
    return np.repeat(values, tally)


@given(reference=tallies, rows=tallies)
def test_ks_is_scipys(reference, rows):
    places = np.arange(BINS)
    expected = ks_2samp(spread_out(reference, places), spread_out(rows, places), method="asymp").statistic
    assert KolmogorovSmirnov().between(reference, rows[None])[0] == pytest.approx(expected)


@given(reference=tallies, rows=tallies)
def test_wasserstein_is_scipys(reference, rows):
    expected = wasserstein_distance(CENTRES, CENTRES, reference[:-1], rows[:-1]) / 2.0
    assert Wasserstein(CENTRES, 2.0).between(reference, rows[None])[0] == pytest.approx(expected)


def test_psi_of_normals_is_that_of_theory():
    # PSI of N(0, 1) and N(d, 1), without bins, is d^2
    rng, edges = np.random.default_rng(0), np.linspace(-3, 3, 60)
    calm, moved = (np.bincount(np.digitize(rng.normal(mean, 1, 200_000), edges), minlength=62) for mean in (0, 0.5))
    assert PopulationStability().between(calm, moved[None])[0] == pytest.approx(0.25, rel=0.1)


def test_psi_takes_off_what_chance_gives():
    rng = np.random.default_rng(1)
    reference = np.append(rng.multinomial(10_000, [1 / 60] * 60), 0)
    rows = np.pad(rng.multinomial(100, [1 / 60] * 60, 500), ((0, 0), (0, 1)))
    assert PopulationStability().between(reference, rows).mean() < 0.05
    assert GROUPS == 10


def test_missing_values_are_seen():
    reference, rows = np.array([500, 500, 0]), np.array([[400, 400, 200]])
    assert PopulationStability().between(reference, rows)[0] > 0.5
    assert KolmogorovSmirnov().between(reference, rows)[0] == pytest.approx(0.2)
    assert Wasserstein(np.array([0.0, 1.0]), 1.0).between(reference, np.array([[0, 0, 9]]))[0] == 0


def test_intervals_hold_the_true_distance():
    rng = np.random.default_rng(2)
    reference = np.array([2500, 2500, 2500, 2500, 0])
    shares = np.array([0.4, 0.3, 0.2, 0.1, 0.0])
    truth = 0.2
    held = 0
    for seed in range(100):
        (effect,) = told((KolmogorovSmirnov(),), reference, rng.multinomial(500, shares), seed)
        held += effect.low <= truth <= effect.high
        assert effect.low <= effect.value <= effect.high
    assert held >= 85


def test_what_matters_is_at_its_threshold():
    reference, rows = np.array([50, 50, 0]), np.array([62, 38, 0])
    assert matters((KolmogorovSmirnov(0.1),), reference, rows)
    assert not matters((KolmogorovSmirnov(0.13), Wasserstein(np.array([0.0, 1.0]), 1.0)), reference, rows)
    assert told((KolmogorovSmirnov(),), reference, np.zeros(3, np.int64), 0) == ()
