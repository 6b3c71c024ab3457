"""Laws of growth: exact costs give their law back; noise widens; what is not a cost is refused."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwright.records.errors import InputError
from netwright.scaling.growth import fit_growth

SIZES = (125, 250, 500, 1000, 2000)


def exact(t0, t1, p, sizes=SIZES, runs=2):
    n0 = float(np.exp(np.log(sizes).mean()))
    return {n: [t0 + t1 * (n / n0) ** p] * runs for n in sizes}


@pytest.mark.parametrize(
    ("t0", "t1", "p"), [(2.0, 5.0, 1.0), (0.3, 4.0, 1.7), (30.0, 1.0, 0.6), (4e8, 1e7, 1.0), (1e-3, 2e-3, 2.5)]
)
def test_exact_costs_give_their_law_back(t0, t1, p):
    found = fit_growth("training_time", "s", exact(t0, t1, p))
    assert (found.t0, found.t1, found.p) == pytest.approx((t0, t1, p), rel=1e-3)
    assert found.n0 == pytest.approx(500)
    assert found.values == pytest.approx([costs[0] for costs in exact(t0, t1, p).values()])
    assert found.flags == ()


def test_a_cost_that_does_not_grow_is_all_fixed():
    found = fit_growth("training_memory", "B", {n: [4e8, 4e8] for n in SIZES})
    assert found.t0 + found.t1 == pytest.approx(4e8)
    assert found.predict(2000)[0] == pytest.approx(4e8, rel=0.01)


def test_a_proportional_cost_has_nothing_fixed():
    found = fit_growth("training_time", "s", {n: [0.01 * n] * 3 for n in SIZES})
    assert found.t0 == pytest.approx(0, abs=1e-6)
    assert found.p == pytest.approx(1, rel=1e-6)
    value, low, high = found.predict(8000)
    assert low < 80 < high
    assert value == pytest.approx(80, rel=0.03)


@settings(max_examples=30)
@given(
    t0=st.floats(0.0, 5.0),
    t1=st.floats(0.1, 5.0),
    p=st.floats(0.5, 2.0),
    scale=st.sampled_from([1e-3, 7.0, 1e9]),
    seed=st.integers(0, 99),
)
def test_properties_of_every_fit(t0, t1, p, scale, seed):
    noise = np.random.default_rng(seed).normal(0, 0.05, (5, 3))
    measured = {
        n: list(np.array(c) * np.exp(z)) for (n, c), z in zip(exact(t0, t1, p, runs=3).items(), noise, strict=True)
    }
    found = fit_growth("training_time", "s", measured)
    assert min(found.t0, found.t1, found.p) >= 0
    draws = np.array(found.draws)
    assert draws.shape == (1000, 3)
    assert (draws >= 0).all()
    # costs never fall with n
    ladder = [found.predict(n) for n in (125, 500, 2000, 8000, 16000)]
    assert all(a[0] <= b[0] for a, b in pairwise(ladder))
    assert all(low <= value <= high for value, low, high in ladder)
    # another unit of cost changes nothing but the unit
    scaled = fit_growth("training_time", "s", {n: [scale * c for c in costs] for n, costs in measured.items()})
    assert scaled.predict(4000) == pytest.approx([scale * x for x in found.predict(4000)], rel=1e-3)


def test_the_order_of_runs_and_sizes_does_not_matter():
    measured = {500: [3.0, 3.1, 2.9], 125: [1.0, 1.05], 2000: [10.0], 1000: [5.4, 5.2, 5.3]}
    turned = {n: measured[n][::-1] for n in sorted(measured, reverse=True)}
    assert fit_growth("training_time", "s", measured) == fit_growth("training_time", "s", turned)


def test_noise_widens_the_interval_and_more_runs_narrow_it():
    def width(sigma, runs):
        random = np.random.default_rng(4)
        costs = {n: list((1 + 0.01 * n) * np.exp(random.normal(0, sigma, runs))) for n in SIZES}
        _, low, high = fit_growth("training_time", "s", costs).predict(4000)
        return high / low

    assert width(0.1, 3) > 1.3 * width(0.02, 3)
    assert width(0.1, 3) > 1.3 * width(0.1, 30)


def test_a_reader_is_told_what_to_doubt():
    fallen = fit_growth(
        "training_memory", "B", {n: [c, 1.002 * c] for n, c in zip(SIZES, (5, 5.5, 4.6, 5, 5), strict=True)}
    )
    assert any(flag.startswith("not monotone: it falls by 16.") and "n = 500" in flag for flag in fallen.flags)
    assert any(flag.startswith("residuals exceed noise") for flag in fallen.flags)
    alone = fit_growth("training_time", "s", {125: [1.0], 500: [2.0], 2000: [6.0]})
    assert [flag.split(":")[0] for flag in alone.flags] == ["fewer than 4 sizes", "noise assumed"]


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ({125: [1.0], 250: [2.0]}, "2 sizes"),
        ({125: [1.0], 250: [0.0], 500: [2.0]}, "0 at n = 250"),
        ({125: [1.0], 250: [float("nan")], 500: [2.0]}, "nan at n = 250"),
        ({125: [1.0], 250: [], 500: [2.0]}, "no value at n = 250"),
        ({125: [1.0], 0: [1.0], 500: [2.0]}, "given for n = 0"),
    ],
)
def test_what_is_no_cost_is_refused(measured, told):
    with pytest.raises(InputError, match=told):
        fit_growth("training_time", "s", measured)
