import numpy as np
import pytest
from scipy import stats

from netwright.selection.draws import stream, student


@pytest.mark.parametrize("freedom", [2.0, 7.0, float("inf")])
@pytest.mark.parametrize("share", [0.0, 0.6])
def test_draws_are_student_whatever_they_share(freedom, share):
    draws = student(stream("common").standard_normal(20_000), share, freedom, stream("own", str(freedom)))
    reference = stats.norm() if np.isinf(freedom) else stats.t(freedom)
    assert stats.kstest(draws, reference.cdf).statistic < 0.015


def test_candidates_are_correlated_by_the_share():
    common = stream("common").standard_normal(20_000)
    one, two = (student(common, 0.6, float("inf"), stream(name)) for name in ("a", "b"))
    assert np.corrcoef(one, two)[0, 1] == pytest.approx(0.6, abs=0.02)


def test_names_make_the_stream():
    assert stream("a", "bc").random() != stream("ab", "c").random()
    assert stream("a").random() == stream("a").random()
