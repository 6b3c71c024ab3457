"""The numbers of a row."""

import numpy as np
import pytest

from netwright.monitoring.summaries.row import RowSummary
from netwright.records.errors import InputError


def test_a_row_is_its_values_and_the_share_of_missing_ones():
    rows = np.array([[1, 2], [np.nan, 2], [np.nan, np.nan]], np.float32)
    found = RowSummary(("a", "b")).numbers(rows)
    np.testing.assert_array_equal(found[:, :2], rows)
    assert found[:, 2].tolist() == [0, 0.5, 1]


def test_rows_of_another_width_are_refused():
    with pytest.raises(InputError, match=r"expected \(N, 2\)"):
        RowSummary(("a", "b")).numbers(np.zeros((3, 4), np.float32))
