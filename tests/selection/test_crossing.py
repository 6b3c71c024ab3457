import pytest

from netwright.selection.crossing import POINTS, crossing


def test_crossing_is_where_the_formulas_meet(make):
    # at n0 both are known: 0.2 (n/n0)^-0.2 = 0.25 (n/n0)^-0.4 at n = n0 1.25^5
    chosen, rival = make.curve(0.2, 0.2, 0.0), make.curve(0.25, 0.4, 0.0)
    found = crossing(chosen, rival, 2000)
    assert found == pytest.approx(chosen.n0 * 1.25**5, rel=8 ** (1 / POINTS) - 1)
    assert found > chosen.n0 * 1.25**5


def test_no_crossing_if_the_rival_stays_behind_or_is_ahead_already(make):
    chosen = make.curve(0.2, 0.3, 0.01)
    assert crossing(chosen, make.curve(0.3, 0.3, 0.01), 2000) is None
    assert crossing(chosen, make.curve(0.1, 0.3, 0.01), 2000) is None


def test_a_crossing_beyond_eight_times_the_data_is_not_told(make):
    assert crossing(make.curve(0.2, 0.2, 0.0), make.curve(0.4, 0.3, 0.0), 2000) is None


def test_curves_that_end_early_are_not_stretched(make):
    short = make.curve(0.2, 0.4, 0.0, sizes=(100, 200))
    assert crossing(make.curve(0.1, 0.2, 0.0), short, 2000) is None
