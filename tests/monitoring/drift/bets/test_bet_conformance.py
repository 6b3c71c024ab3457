"""What every bet must keep: it is fair, it cannot see ahead, and it forgets nothing between calls."""

import numpy as np
import pytest

from netwright.monitoring.drift.bets.bumps import BumpBet
from netwright.monitoring.drift.bets.cells import count, even_edges
from netwright.monitoring.drift.bets.hedge import class_hedge, number_hedge
from netwright.monitoring.drift.bets.histogram import HistogramBet
from netwright.monitoring.drift.bets.normal import NormalBet
from netwright.monitoring.drift.bets.tails import TailBet

UNEVEN = np.array([0.1, 0.4, 0.402, 0.9])
BETS = {
    "normal": NormalBet(),
    "tails": TailBet(),
    "bumps": BumpBet(even_edges(16)),
    "bumps, uneven": BumpBet(UNEVEN),
    "histogram": HistogramBet(even_edges(16)),
    "histogram, uneven": HistogramBet(UNEVEN),
    "number hedge": number_hedge(),
    "class hedge": class_hedge(np.array([50, 0, 3, 20])),
    "hedge of one class": class_hedge(np.array([50])),
}
every_bet = pytest.mark.parametrize("bet", BETS.values(), ids=BETS.keys())


def taught(bet, features=2):
    """Return a memory that some rows taught."""
    rows = np.random.default_rng(0).beta(2, 5, (20, 8, features))
    return bet.pay(rows, bet.start(features))[1]


@every_bet
def test_the_parts_of_the_capital_add_up(bet):
    assert bet.shares.sum() == pytest.approx(1)
    assert (bet.shares > 0).all()


@every_bet
def test_each_density_integrates_to_one(bet):
    # cells finer than those of the bets, and crowded towards 0 and 1 where densities are steep
    edges = np.concatenate([np.logspace(-12, -3, 2000), np.linspace(0.001, 0.5, 5001)[1:]])
    edges = np.unique(np.concatenate([[0], edges, 1 - edges, [1]]))
    middles, widths = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
    # each place is a feature of its own, with the same memory
    paid, _ = bet.pay(middles[None, None], np.repeat(taught(bet, 1), len(middles), axis=0))
    integrals = np.exp(paid[0]).T @ widths
    # what lies within 1e-12 of 0 and 1 cannot be seen here: up to half a percent of the steepest densities
    assert (integrals < 1 + 2e-3).all()
    assert (integrals > 1 - 5e-3).all()


@every_bet
def test_a_block_pays_the_product_of_its_rows_densities(bet):
    rows, memory = np.random.default_rng(1).random((1, 8, 2)), taught(bet)
    single = sum(bet.pay(rows[:, [row]], memory)[0] for row in range(8))
    np.testing.assert_allclose(bet.pay(rows, memory)[0], single, rtol=1e-9, atol=1e-12)


@every_bet
def test_payments_do_not_depend_on_what_comes_later(bet):
    rows = np.random.default_rng(2).random((6, 8, 2))
    other = rows.copy()
    other[4:] = 0.5
    first, second = bet.pay(rows, bet.start(2))[0], bet.pay(other, bet.start(2))[0]
    assert np.array_equal(first[:4], second[:4])
    # a bet on the shares of a single class has nothing to win
    assert np.array_equal(first[4:], second[4:]) == (not first.any())


@every_bet
def test_rows_in_several_calls_pay_the_same(bet):
    rows = np.random.default_rng(3).random((9, 8, 2))
    whole, last = bet.pay(rows, bet.start(2))
    memory, parts = bet.start(2), []
    for part in (rows[:1], rows[1:5], rows[5:]):
        paid, memory = bet.pay(part, memory)
        parts.append(paid)
    assert np.array_equal(np.concatenate(parts), whole)
    assert np.array_equal(memory, last)


@every_bet
@pytest.mark.parametrize("place", [1e-12, 0.5, 1 - 1e-12])
def test_extreme_ranks_pay_finite_amounts(bet, place):
    paid, memory = bet.pay(np.full((50, 8, 1), place), bet.start(1))
    assert np.isfinite(paid).all()
    assert np.isfinite(memory).all()


@every_bet
def test_features_are_bet_on_apart(bet):
    rows = np.random.default_rng(4).random((5, 8, 3))
    together = bet.pay(rows, bet.start(3))[0]
    apart = [bet.pay(rows[:, :, [column]], bet.start(1))[0] for column in range(3)]
    np.testing.assert_allclose(np.concatenate(apart, axis=1), together, rtol=1e-12)


DRIFTS = {
    "normal": lambda rng: 1 / (1 + np.exp(-rng.normal(1.5, 1.0, (200, 8, 1)))),
    "tails": lambda rng: np.where(rng.random((200, 8, 1)) < 0.1, 1e-5, rng.random((200, 8, 1))),
    "bumps": lambda rng: np.where(rng.random((200, 8, 1)) < 0.2, 0.47, rng.random((200, 8, 1))),
    "histogram": lambda rng: (rng.random((200, 8, 1)) + rng.integers(0, 4, (200, 8, 1)) * 2) / 8,
}


@pytest.mark.parametrize("name", DRIFTS)
def test_each_bet_wins_on_its_own_drift(name):
    bet = BETS[name]
    paid, _ = bet.pay(DRIFTS[name](np.random.default_rng(5)), bet.start(1))
    assert paid.sum(axis=0).max() > 50


def test_counting_equals_histogram():
    rows = np.random.default_rng(6).random((3, 8, 2))
    counted = count(rows, UNEVEN)
    for block in range(3):
        for column in range(2):
            expected, _ = np.histogram(rows[block, :, column], [0, *UNEVEN, 1])
            assert counted[block, column].tolist() == expected.tolist()
