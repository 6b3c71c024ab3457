"""The numbers of a prediction, against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax
from scipy.stats import entropy

from netwright.monitoring.summaries.prediction import prediction_numbers


@given(arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(2, 6)), elements=st.floats(-50, 50, width=32)))
def test_numbers_are_scipys(logits):
    shares = np.sort(softmax(logits.astype(np.float64), axis=1), axis=1)
    expected = np.stack([shares[:, -1], shares[:, -1] - shares[:, -2], entropy(shares, axis=1)], axis=1)
    np.testing.assert_allclose(prediction_numbers(logits), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("hostile", [np.nan, np.inf, -np.inf])
def test_logits_that_are_no_numbers_are_missing(hostile):
    found = prediction_numbers(np.array([[hostile, 1.0], [0.0, 1000.0]], np.float32))
    assert np.isnan(found[0]).all()
    assert found[1].tolist() == [1, 1, 0]
