"""The interval against its definition on a grid; how often it fails at any moment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from netwright.monitoring.confidence_sequence import share_between


@given(st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_it_holds_what_the_definition_holds(counts, level):
    happened, n = counts
    low, high = share_between(happened, n, level)
    grid = np.linspace(1e-9, 1 - 1e-9, 2001)
    logs = happened * np.log(grid) + (n - happened) * np.log1p(-grid)
    inside = betaln(happened + 0.5, n - happened + 0.5) - betaln(0.5, 0.5) < logs - np.log(1 - level)
    clear = (np.abs(grid - low) > 1e-6) & (np.abs(grid - high) > 1e-6)
    assert (((low < grid) & (grid < high)) == inside)[clear].all()
    assert 0 <= low <= (happened / n if n else 0) <= high <= 1


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_it_holds_the_share_at_all_moments_at_once(share):
    rng, outside = np.random.default_rng(0), 0
    for _ in range(100):
        right = np.cumsum(rng.random(1500) < share)
        outside += any(
            not low <= share <= high for low, high in (share_between(int(right[n - 1]), n) for n in range(1, 1501, 25))
        )
    assert outside <= 10


def test_a_higher_level_is_wider_and_more_data_narrower():
    narrow, wide = share_between(80, 100, 0.9), share_between(80, 100, 0.99)
    assert wide[0] < narrow[0] < 0.8 < narrow[1] < wide[1]
    more = share_between(8000, 10_000)
    assert narrow[0] < more[0] < 0.8 < more[1] < narrow[1]
