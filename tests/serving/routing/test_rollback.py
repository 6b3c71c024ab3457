import numpy as np
import pytest

from netwright.records.errors import InputError
from netwright.serving.routing.rollback import Rollback, Tolerances
from netwright.serving.routing.wager import BOLDEST, STAKES

TOLERANCES = Tolerances()


def ever_convicted(rng, runs, blocks, p_main, p_canary, tolerance):
    """Return in how many of many runs one respect ever convicts, whenever one looks: 3/alpha in wealth and the effect.

    Blocks of 1 to 8 main requests and one of the canary; the same mathematics as `Wager`, for all runs at once.
    """
    stakes = BOLDEST * 2.0 ** -np.arange(STAKES) / (1 + tolerance)
    capital = np.zeros((runs, STAKES))
    convicted = np.zeros(runs, bool)
    bad_main, bad_canary, all_main = np.zeros(runs), np.zeros(runs), np.zeros(runs)
    for t in range(1, blocks + 1):
        n = rng.integers(1, 9, runs)
        main = rng.binomial(n, p_main)
        canary = rng.random(runs) < p_canary
        bad_main, bad_canary, all_main = bad_main + main, bad_canary + canary, all_main + n
        gain = canary - main / n - tolerance
        capital = (capital + 1 / (t * (t + 1))) * (1 + gain[:, None] * stakes)
        wealth = capital.mean(1) + 1 / (t + 1)
        convicted |= (wealth >= 3 / TOLERANCES.alpha) & (bad_canary / t - bad_main / all_main > tolerance)
    return int(convicted.sum())


@pytest.mark.parametrize(
    ("p_main", "tolerance"),
    [(0.001, 0.01), (0.2, 0.05), (0.5, 0.0), (0.1, 0.02)],
    ids=["rare", "slow", "even", "wrong"],
)
def test_a_canary_at_the_edge_of_its_tolerance_is_hardly_ever_convicted(p_main, tolerance):
    # a third of alpha falls to each respect: 6.7 of 2000 runs in the mean at most; 16 would be a 1-in-1000 chance
    assert ever_convicted(np.random.default_rng(0), 2000, 2000, p_main, p_main + tolerance, tolerance) <= 15


def test_the_simulation_does_convict_a_bad_one():
    assert ever_convicted(np.random.default_rng(0), 200, 500, 0.01, 0.2, 0.05) == 200


@pytest.mark.parametrize(
    "given",
    [{"errors": -0.1}, {"slow": 1.0}, {"wrong": float("nan")}, {"alpha": 0.0}, {"alpha": 1.0}, {"latency": 0.0}],
)
def test_tolerances_that_are_none_are_refused(given):
    with pytest.raises(InputError, match="was given; give one"):
        Tolerances(**given)


def test_good_canaries_keep_their_share():
    """The whole of it, in three respects at once, at the edge of all tolerances."""
    given_up = 0
    for seed in range(60):
        rng, rollback = np.random.default_rng(seed), Rollback(TOLERANCES)
        for tried, u, v, w in zip(rng.random(2000) < 0.3, *rng.random((3, 2000)), strict=True):
            (rollback.canary if tried else rollback.main)(
                503 if u < 0.02 + 0.01 * tried else 200, 1.0 if v < 0.05 + 0.05 * tried else 0.0
            )
            (rollback.canary_label if tried else rollback.main_label)(w < 0.1 + 0.02 * tried)
            if rollback.verdict():
                given_up += 1
                break
    # 0.6 in the mean at most; 5 would be a 1-in-2000 chance
    assert given_up <= 4


def canary_requests_until_verdict(seed, planted, respect):
    """Return how many canary requests a fault of probability `planted` takes, at a share of 5% and 0.1% in main."""
    rng, rollback, mine = np.random.default_rng(seed), Rollback(TOLERANCES), 0
    for _ in range(200_000):
        tried = rng.random() < 0.05
        bad = rng.random() < (planted if tried else 0.001)
        mine += tried
        if respect == "wrong":
            (rollback.canary_label if tried else rollback.main_label)(bad)
        else:
            status, latency = (503, 0.0) if respect == "errors" else (200, 1.0)
            (rollback.canary if tried else rollback.main)(status if bad else 200, latency if bad else 0.001)
        if tried and (found := rollback.verdict()):
            (convicted,) = [one for one in rollback.streams() if one.respect == found]
            assert (found, convicted.worse >= 3 / TOLERANCES.alpha) == (respect, True)
            return mine
    return None


@pytest.mark.parametrize(
    ("respect", "planted", "most"),
    [("errors", 1.0, 20), ("errors", 0.1, 400), ("slow", 0.5, 60), ("wrong", 0.2, 250)],
)
def test_a_planted_fault_is_convicted_for_what_it_is(respect, planted, most):
    needed = [canary_requests_until_verdict(seed, planted, respect) for seed in range(5)]
    assert all(n is not None and n <= most for n in needed), needed


@pytest.mark.parametrize(
    ("status", "latency", "bad"),
    [
        (200, 0.01, []),
        (200, 0.2, ["slow"]),
        (503, 0.01, ["errors"]),
        (504, 0.01, ["slow"]),
        (429, 0.0, ["slow"]),
        (400, 0.0, []),
    ],
)
def test_what_counts_as_bad(status, latency, bad):
    rollback = Rollback(Tolerances(latency=0.1))
    rollback.main(status, latency)
    rollback.canary(status, latency)
    assert [one.respect for one in rollback.streams() if one.canary_bad] == bad
    assert [one.respect for one in rollback.streams() if one.main_bad] == bad
