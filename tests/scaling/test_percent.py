"""Scalability percent against the integral of power laws, and within its bounds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.errors import InputError
from netwright.scaling.percent import Yardstick, best_of, scalability_percent

from .closed_forms import N0, SIZES, curves, laws, power_curve

BEST = power_curve((0.1, 0.5, 0.05))


def held_against(best=BEST, chance=0.1):
    return Yardstick((SIZES[0], SIZES[-1]), best, chance, target=0.2, gain=0.005)


@given(law=laws, completed=st.integers(1, 15), chance=st.floats(0.05, 0.3))
def test_of_power_laws(law, completed, chance):
    a, b, c = law
    first, last = np.array([SIZES[0], SIZES[-1]]) / N0
    # the mean over ln n of c + a r^-b
    mean = c + a * (first**-b - last**-b) / b / np.log(last / first)
    best = 1 - (0.05 + 0.1 * last**-0.5)
    wanted = 100 * completed / 15 * min(max((1 - mean - chance) / (best - chance), 0), 1)
    value, low, high = scalability_percent(power_curve(law), held_against(chance=chance), completed, 15)
    assert value == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    assert low <= value <= high


@given(curve=curves, best=curves, completed=st.integers(0, 9), more=st.integers(0, 6))
def test_bounds_and_that_completing_more_is_better(curve, best, completed, more):
    yardstick = held_against(best, chance=0.02)
    if np.median(best.at(SIZES[-1])) > 0.97:
        return
    value, low, high = scalability_percent(curve, yardstick, completed, 15)
    assert 0 <= low <= value <= high <= 100
    assert value <= scalability_percent(curve, yardstick, completed + more, 15)[0]


def test_nothing_completed_is_nothing():
    value, low, _ = scalability_percent(BEST, held_against(), 0, 15)
    assert (value, low) == (0, 0)


def test_what_always_was_the_best_has_a_hundred():
    flat = power_curve((0.0, 0.5, 0.1))
    value, low, high = scalability_percent(flat, held_against(flat), 15, 15)
    assert (value, high) == (pytest.approx(100), pytest.approx(100))
    # 15 of 15 leaves open whether 12% fail
    assert low == pytest.approx(88.2, abs=0.1)


def test_the_interval_carries_the_noise_of_both_curves_but_not_of_a_curve_against_itself():
    noisy = power_curve(*((0.0, 0.5, c) for c in np.linspace(0.1, 0.3, 400)))
    other = power_curve(*((0.0, 0.5, c) for c in np.linspace(0.1, 0.3, 400)), sizes=(125, 250, 500, 2000))
    _, low, high = scalability_percent(noisy, held_against(noisy, chance=0.0), 10_000, 10_000)
    assert high - low < 0.1
    _, low, high = scalability_percent(noisy, held_against(other, chance=0.0), 10_000, 10_000)
    assert high - low > 10


def test_fewer_draws_of_the_best_serve_all():
    two = power_curve((0.1, 0.5, 0.05), (0.1, 0.5, 0.05))
    assert scalability_percent(power_curve(*[(0.2, 0.5, 0.1)] * 5), held_against(two), 15, 15)[0] > 0


def test_best_is_judged_at_the_size_that_is_asked():
    fast, deep = power_curve((0.05, 0.1, 0.1)), power_curve((0.2, 0.9, 0.0))
    assert best_of({"fast": fast, "deep": deep}, 125) == "fast"
    assert best_of({"fast": fast, "deep": deep}, 16_000) == "deep"
    assert best_of({"one": fast, "same": fast}, 500) == "one"


def test_a_best_candidate_that_guesses_gives_no_percent():
    guessing = power_curve((0.0, 0.5, 0.9))
    with pytest.raises(InputError, match="no better than chance"):
        scalability_percent(BEST, replace(held_against(guessing), chance=0.1), 15, 15)
