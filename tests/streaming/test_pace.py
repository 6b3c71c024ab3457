import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.streaming.pace import Pace


@given(st.lists(st.floats(1e-4, 10), min_size=1, max_size=60), st.integers(1, 20))
def test_percentiles_are_those_of_the_latest_predictions(seconds, window):
    pace = Pace(predictions=window)
    for one in seconds:
        pace.predicted(one)
    found = pace.latency()
    latest = seconds[-window:]
    assert found.n == len(latest)
    assert found.p50 == np.quantile(latest, 0.5, method="inverted_cdf")
    assert found.p95 == np.quantile(latest, 0.95, method="inverted_cdf")


def test_the_rate_is_that_of_the_latest_frames():
    pace = Pace(frames=4)
    for moment in (0.0, 50.0, 100.0, 100.1, 100.2, 100.3):
        pace.took(moment)
    assert pace.rate() == pytest.approx(10)


def test_nothing_is_told_of_nothing():
    pace = Pace()
    assert (pace.rate(), pace.latency()) == (None, None)
    pace.took(1.0)
    pace.took(1.0)
    assert pace.rate() is None
