from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.qualities.order_statistics import estimate_quantile
from netwright.records.errors import InputError


def slow_ranks(n: int, quantile: float) -> tuple[int, int]:
    """Narrowest ranks, from the definition, by trying each; 0 and n + 1 where there is none."""

    def at_most(k: int) -> float:
        return sum(comb(n, i) * quantile**i * (1 - quantile) ** (n - i) for i in range(k + 1))

    lower = max([rank for rank in range(1, n + 1) if at_most(rank - 1) <= 0.05], default=0)
    upper = min([rank for rank in range(1, n + 1) if 1 - at_most(rank - 1) <= 0.05], default=n + 1)
    return lower, upper


@given(st.integers(1, 60), st.sampled_from([0.1, 0.5, 0.75, 0.9, 0.99]))
def test_ranks_are_those_of_the_definition(n, quantile):
    lower, upper = slow_ranks(n, quantile)
    found = estimate_quantile([float(rank) for rank in range(n, 0, -1)], quantile)
    assert (found.low, found.high) == (max(lower, 1), min(upper, n))
    assert ("lower end" in found.note) == (lower == 0)
    assert ("upper end" in found.note) == (upper == n + 1)


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=400),
    st.floats(0.001, 0.999),
)
def test_the_value_lies_inside_and_is_a_sample(samples, quantile):
    found = estimate_quantile(samples, quantile)
    assert found.low <= found.value <= found.high
    assert found.value in samples
    assert np.quantile(samples, quantile, method="inverted_cdf") == pytest.approx(found.value)


def test_p99_has_an_upper_end_from_299_samples_on():
    samples = [float(rank) for rank in range(299)]
    assert estimate_quantile(samples, 0.99).note == ""
    short = estimate_quantile(samples[:298], 0.99)
    assert short.high == 297.0
    assert short.note.startswith("n = 298 is too few for the upper end of p99")


@pytest.mark.parametrize(("n", "quantile"), [(20, 0.5), (400, 0.99)])
def test_covers_at_its_level_whatever_the_distribution(n, quantile):
    rng = np.random.default_rng(0)
    truth = np.exp(2 * {0.5: 0.0, 0.99: 2.3263}[quantile])  # of a log-normal, long-tailed as latencies are
    held = 0
    for _ in range(400):
        found = estimate_quantile(rng.lognormal(0, 2, n).tolist(), quantile)
        held += found.low <= truth <= found.high
    assert 0.87 <= held / 400 <= 0.98  # discrete ranks cover a little more than 90%


@pytest.mark.parametrize(("samples", "quantile"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.0)])
def test_refuses_what_has_no_quantile(samples, quantile):
    with pytest.raises(InputError, match="samples and quantile"):
        estimate_quantile(samples, quantile)
