import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from netwright.selection import pareto
from netwright.selection.kernel import kernel
from netwright.selection.pareto import fronts

VALUES = st.sampled_from([0.0, -0.0, 0.5, 1.0, 1.5, 2.0, 3.0, float("nan"), float("inf"), float("-inf")])
EPSILONS = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4)


def slow_kernel(columns, epsilon):
    """Every pair of candidates in every draw, then the kernel of the relation."""
    near = np.stack([x[:, None] >= x[None] - e for x, e in zip(columns, epsilon, strict=True)]).all(axis=0)
    with np.errstate(invalid="ignore"):
        sums = sum((x / e for x, e in zip(columns, epsilon, strict=True) if e > 0), np.zeros(columns.shape[1:]))
    exact = [x[:, None] > x[None] for x, e in zip(columns, epsilon, strict=True) if e == 0]
    better = np.any([sums[:, None] > sums[None], *exact], axis=0)
    present = ~np.isnan(columns).any(axis=0)
    dominates = near & ~near.transpose(1, 0, 2) & better & present[:, None] & present[None]
    kept, open_ = np.zeros_like(present), present.copy()
    while open_.any():
        free = open_ & ~(dominates & open_[:, None]).any(axis=0)
        kept |= free
        open_ &= ~free & ~(dominates & free[:, None]).any(axis=0)
    return kept


@settings(max_examples=300)
@given(
    hnp.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(1, 5)), elements=VALUES),
    EPSILONS,
)
def test_it_is_the_kernel_of_all_pairs(columns, epsilon):
    margins = np.array(epsilon[: len(columns)])
    assert kernel(columns, margins).tolist() == slow_kernel(columns, margins).tolist()


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 3.0, "mixed"])
@pytest.mark.parametrize("kind", ["apart", "alike", "in line", "duplicates", "whole numbers", "close"])
def test_every_way_through_the_sieve_ends_the_same(kind, epsilon):
    random = np.random.default_rng(5)
    noise = random.normal(size=(5, 40, 30))
    columns = {
        "apart": random.normal(size=(5, 40, 1)) + 0.2 * noise,
        "alike": noise,
        "in line": random.normal(size=(1, 40, 30)) + 0.2 * noise,
        "duplicates": np.tile(random.normal(size=(5, 4, 30)), (1, 10, 1)),
        "whole numbers": np.round(noise),
        # differences that single precision does not know
        "close": 1e6 + 1e-3 * noise,
    }[kind]
    margins = np.array([0.0, 0.1, 0.0, 1.0, 0.1]) if epsilon == "mixed" else np.full(5, epsilon)
    if kind == "close":
        margins = margins * 1e-3
    columns[random.random(columns.shape) < 0.01] = np.nan
    assert kernel(columns, margins).tolist() == slow_kernel(columns, margins).tolist()


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_neither_threads_nor_blocks_change_the_front(cores, monkeypatch):
    monkeypatch.setattr(pareto, "usable_cores", lambda: cores)
    monkeypatch.setattr(pareto, "BLOCK_CELLS", 7 * 12 * 3)
    draws = np.random.default_rng(1).normal(size=(100, 12, 3))
    expected = slow_kernel(draws.transpose(2, 1, 0), np.full(3, 0.3)).T
    assert fronts(draws, ["higher"] * 3, np.full(3, 0.3)).tolist() == expected.tolist()
