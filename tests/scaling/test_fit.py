"""Fitted curves: exact laws recovered, invariances, reservations, and nothing that breaks."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwright.records.curve import Curve
from netwright.scaling.fit import fit_curve
from netwright.scaling.true_laws import MorganMercerFlodin, PowerLaw

NAN = float("nan")
SIZES = (125, 250, 500, 1000, 2000)

exponents = st.floats(0.15, 1.2)
floors = st.floats(0.0, 0.2)
starts = st.floats(0.3, 0.9)
tables = st.integers(3, 7).flatmap(
    lambda rows: st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.floats(0.0, 1.0), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)


def noisy(seed: int, seeds: int = 3, noise: float = 0.05) -> np.ndarray:
    law = PowerLaw(first=125, start=0.5, b=0.5, c=0.06)
    return law(SIZES)[:, None] * (1 + noise * np.random.default_rng(seed).standard_normal((5, seeds)))


def flag_names(curve: Curve) -> list[str]:
    return [flag.split(":")[0] for flag in curve.flags]


@settings(deadline=None, max_examples=30)
@given(exponents, floors, starts)
def test_an_exact_law_is_recovered(b, c, start):
    law = PowerLaw(first=125, start=start, b=b, c=c)
    curve = fit_curve(SIZES, np.repeat(law(SIZES)[:, None], 3, axis=1))
    assert curve.b == pytest.approx(b, abs=1e-3)
    assert curve.c == pytest.approx(c, abs=1e-3)
    assert curve.a == pytest.approx((start - c) * (curve.n0 / 125) ** -b, rel=1e-2)
    value, low, high = curve.predict(8000)
    # at the edge c = 0 every draw lies on one side
    assert 0.99 * low <= law(8000) <= 1.01 * high
    assert value == pytest.approx(float(law(8000)), rel=0.01)


def test_one_exact_seed_gives_the_law_and_says_that_noise_is_assumed():
    law = PowerLaw(first=125, start=0.5, b=0.5, c=0.05)
    curve = fit_curve(SIZES, law(SIZES))
    assert (curve.b, curve.c) == pytest.approx((0.5, 0.05), abs=1e-4)
    assert flag_names(curve) == ["noise assumed"]
    assert curve.noise == pytest.approx(0.05)


@settings(deadline=None, max_examples=25)
@given(st.floats(0.2, 1.0), st.floats(0.02, 0.1), st.floats(1.1, 7.0))
def test_required_inverts_the_law(b, c, beyond):
    law = PowerLaw(first=125, start=0.6, b=b, c=c)
    n = 2000 * beyond
    reachable, n50, n90 = fit_curve(SIZES, np.repeat(law(SIZES)[:, None], 3, axis=1)).required(float(law(n)))
    assert reachable > 0.99
    assert n50 == pytest.approx(n, rel=0.15)
    assert n90 >= n50


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(4)), st.integers(0, 100))
def test_the_order_of_seeds_changes_nothing(order, seed):
    errors = noisy(seed, seeds=4)
    errors[2, 1] = NAN
    one, other = fit_curve(SIZES, errors), fit_curve(SIZES, errors[:, list(order)])
    assert (one.draws, one.a, one.b, one.c, one.noise, one.flags) == (
        other.draws, other.a, other.b, other.c, other.noise, other.flags,
    )  # fmt: skip


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 1000), st.integers(0, 100))
def test_scaling_the_sizes_scales_only_n(factor, seed):
    one, other = fit_curve(SIZES, noisy(seed)), fit_curve([factor * n for n in SIZES], noisy(seed))
    assert one.draws == other.draws
    assert other.n0 == pytest.approx(factor * one.n0)
    assert other.predict(factor * 8000) == pytest.approx(one.predict(8000), rel=1e-9)
    assert np.array(other.required(0.15)) / [1, factor, factor] == pytest.approx(one.required(0.15), rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(tables)
def test_any_table_of_errors_gives_a_valid_curve(errors):
    curve = fit_curve([100 * 2**k for k in range(len(errors))], errors)
    assert len(curve.draws) == len(curve.laws) == 1000
    for row in curve.draws:
        assert np.isfinite(row).all()
        assert row[0] > 0
        assert row[-1] >= 0
    assert max(curve.at(curve.sizes[0])) <= 1 + 1e-5
    assert (np.diff([curve.at(n) for n in (*curve.sizes, 4 * curve.sizes[-1])], axis=0) <= 0).all()
    value, low, high = curve.predict(curve.sizes[-1] * 4)
    assert 0 <= low <= value <= high <= 1 + 1e-5
    assert Curve.from_json(curve.to_json()) == curve


def test_the_same_errors_give_the_same_curve():
    assert fit_curve(SIZES, noisy(0)) == fit_curve(SIZES, noisy(0))


def test_more_seeds_narrow_the_interval():
    widths = []
    for seeds in (2, 8, 32):
        predictions = [fit_curve(SIZES, noisy(seed, seeds)).predict(8000) for seed in range(5)]
        widths.append(np.median([high - low for _, low, high in predictions]))
    assert widths[0] > widths[1] > widths[2]


def test_misfit_widens_the_interval_and_is_flagged():
    errors = noisy(0, noise=0.01)
    bent = errors * np.array([1.0, 1.15, 0.87, 1.15, 1.0])[:, None]
    good, bad = fit_curve(SIZES, errors), fit_curve(SIZES, bent)
    assert "residuals exceed seed noise" in flag_names(bad)
    assert "residuals exceed seed noise" not in flag_names(good)
    widths = [high - low for _, low, high in (good.predict(8000), bad.predict(8000))]
    assert widths[1] > 2 * widths[0]


@pytest.mark.parametrize(
    ("errors", "name"),
    [
        ([[0.30, 0.31], [0.25, 0.24], [0.35, 0.36], [0.20, 0.19], [0.18, 0.17]], "not monotone"),
        ([[0.30, 0.31], [0.25, 0.24], [0.21, 0.20]], "fewer than 4 sizes"),
        ([[0.3], [0.25], [0.2], [0.17], [0.15]], "noise assumed"),
        ([[0.80, 0.82], [0.30, 0.31], [0.30, 0.29], [0.30, 0.31], [0.30, 0.29]], "exponent at the edge"),
        ([[0.3, 0.31], [0.1, 0.12], [0.03, 0.04], [0.01, 0.01], [0.001, 0.0]], "error near zero"),
        ([[0.30, 0.31], [NAN, NAN], [0.25, 0.24], [0.22, 0.21], [0.20, 0.19]], "sizes without errors"),
    ],
)
def test_reservations(errors, name):
    assert name in flag_names(fit_curve(SIZES[: len(errors)], errors))


def test_a_curve_that_first_falls_slowly_names_its_law():
    law = MorganMercerFlodin(chance=0.9, half=500, d=1.2, c=0.1)
    errors = law(SIZES)[:, None] * (1 + 0.01 * np.random.default_rng(0).standard_normal((5, 3)))
    curve = fit_curve(SIZES, errors)
    assert curve.law in {"MMF4", "WBL4"}  # five sizes tell them from a power law, not from one another
    flag = next(flag for flag in curve.flags if flag.startswith("another law fits better"))
    assert re.fullmatch(
        r"another law fits better: (MMF4|WBL4), AICc lower by [\d.]+, which misses the largest size, held out, by "
        r"[+-][\d.]+% and the power law by [+-][\d.]+%",
        flag,
    )
    low, high = curve.predict(8000)[1:]
    assert low < float(law(8000)) < high


def test_one_seed_is_too_little_for_another_law():
    law = MorganMercerFlodin(chance=0.9, half=500, d=1.2, c=0.1)
    curve = fit_curve(SIZES, law(SIZES))
    assert [each.name for each in curve.alternatives if each.aicc == float("inf")] == ["MMF4", "WBL4"]
    assert "another law fits better" not in flag_names(curve)


def test_laws_are_mixed_throughout_the_draws():
    curve = fit_curve(SIZES, noisy(0))
    assert 0.5 < curve.laws.count("power law") / 1000 < 1
    assert {"power law", "MMF4"} <= set(curve.laws[:200])


def test_a_rise_within_seed_noise_is_not_flagged():
    errors = [[0.50, 0.46], [0.40, 0.43], [0.34, 0.31], [0.30, 0.36], [0.27, 0.25]]
    assert "not monotone" not in flag_names(fit_curve(SIZES, errors))


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5])
def test_constant_errors_break_nothing(value):
    curve = fit_curve(SIZES, np.full((5, 3), value))
    predicted, low, high = curve.predict(8000)
    assert low <= predicted <= high
    assert predicted == pytest.approx(value, abs=0.02)


def test_the_record_keeps_what_was_measured():
    errors = noisy(0)
    errors[1] = NAN
    errors[3, 2] = NAN
    curve = fit_curve(SIZES, errors)
    assert curve.sizes == (125, 500, 1000, 2000)
    assert np.array(curve.errors) == pytest.approx(errors[[0, 2, 3, 4]], nan_ok=True)
    assert curve.n0 == pytest.approx(np.exp(np.log(curve.sizes).mean()))
    assert Curve.from_json(curve.to_json()).to_json() == curve.to_json()
