"""Student-t variables cut to an interval, against scipy's distribution."""

import numpy as np
import pytest
from scipy import stats

from netwright.scaling.student import draw_between, truncated_t


@pytest.mark.parametrize("bounds", [(-1.0, 2.0), (5.0, 9.0), (-40.0, -30.0), (30.0, 31.0), (-np.inf, 0.3)])
def test_truncated_t_keeps_far_tails(bounds):
    low, high = (np.array([bound]) for bound in bounds)
    start, mass, side = truncated_t(8.0, low, high)
    near = stats.t.sf if side[0] < 0 else stats.t.cdf
    ends = near(low, 8.0), near(high, 8.0)
    assert start == pytest.approx(np.minimum(*ends), rel=1e-9)
    assert mass == pytest.approx(np.abs(ends[0] - ends[1]), rel=1e-9)


@pytest.mark.parametrize(("centre", "scale"), [(0.3, 0.2), (-1.0, 0.1), (3.0, 0.3), (0.5, 100.0)])
def test_draws_are_the_quantiles_of_the_cut_distribution(centre, scale):
    u = np.array([0.05, 0.5, 0.95])
    spread = np.full(3, scale)
    value, mass = draw_between(5.0, np.full(3, centre), spread, np.ones(3), u)
    whole = stats.t(5.0, loc=centre, scale=scale)
    # tails beyond the interval, taken from the side where nothing cancels
    below = whole.cdf if centre > 0.5 else lambda x: -whole.sf(x)
    assert mass == pytest.approx(below(1.0) - below(0.0), rel=1e-9)
    # counted from whichever tail is nearer, which only turns the order around
    assert np.sort((below(value) - below(0.0)) / (below(1.0) - below(0.0))) == pytest.approx(u, rel=1e-6)
