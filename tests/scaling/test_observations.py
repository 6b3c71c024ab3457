"""Bad input names the place and the remedy."""

import numpy as np
import pytest

from netwright.records.errors import InputError
from netwright.scaling.observations import observe

NAN = float("nan")
SIZES = [100, 200, 400]
GOOD = [[0.5, 0.4], [0.4, 0.3], [0.3, 0.2]]


@pytest.mark.parametrize(
    ("sizes", "errors", "message"),
    [
        ([100, 400, 200], GOOD, r"sizes\[1\] = 400 is followed by 200; sort"),
        ([100, 100, 200], GOOD, r"sizes\[0\] = 100 is followed by 100"),
        ([0, 100, 200], GOOD, r"sizes\[0\] is 0; .*positive whole"),
        ([-5, 100, 200], GOOD, r"sizes\[0\] is -5"),
        ([100, NAN, 200], GOOD, r"sizes\[1\] is nan"),
        ([100, float("inf"), 200], GOOD, r"sizes\[1\] is inf"),
        ([100, 150.5, 200], GOOD, r"sizes\[1\] is 150.5"),
        ([[100, 200, 400]], GOOD, r"sizes have shape \(1, 3\)"),
        (["a", "b", "c"], GOOD, "sizes must be a list of numbers"),
        (SIZES, GOOD[:2], r"errors have shape \(2, 2\) for 3 sizes; give shape \(3, seeds\)"),
        (SIZES, np.transpose(GOOD), r"errors have shape \(2, 3\) for 3 sizes"),
        (SIZES, 0.5, r"errors have shape \(\) for 3 sizes"),
        (SIZES, np.full((3, 2, 2), 0.5), r"errors have shape \(3, 2, 2\)"),
        (SIZES, [[0.5, 0.4], [0.4], [0.3]], "errors are no table of numbers.*NaN where a seed is missing"),
        (SIZES, [[0.5, 0.4], [0.4, 40.0], [0.3, 0.2]], r"errors\[1\]\[1\] is 40; .*share in \[0, 1\]"),
        (SIZES, [0.5, -0.1, 0.3], r"errors\[1\]\[0\] is -0.1"),
        (SIZES, [0.5, float("inf"), 0.3], r"errors\[1\]\[0\] is inf"),
        (SIZES, [[NAN, NAN]] * 3, "0 of 3 sizes have an error; a curve needs errors at 3"),
        (SIZES, [0.5, NAN, 0.3], "2 of 3 sizes have an error"),
        (SIZES[:2], [0.5, 0.4], "2 of 2 sizes have an error"),
        ([], [], "0 of 0 sizes"),
        (SIZES, np.empty((3, 0)), "0 of 3 sizes"),
    ],
)
def test_bad_input_is_named(sizes, errors, message):
    with pytest.raises(InputError, match=message):
        observe(sizes, errors)


def test_one_dimension_is_one_seed():
    assert observe(SIZES, [0.5, 0.4, 0.3]).errors.shape == (3, 1)


def test_sizes_without_errors_are_set_aside():
    seen = observe([100, 200, 400, 800], [0.5, NAN, 0.3, 0.2])
    assert seen.sizes == (100, 400, 800)
    assert seen.missing == (200,)


def test_means_and_counts_skip_missing_seeds():
    seen = observe(SIZES, [[0.5, NAN, 0.4], [0.4, 0.3, 0.2], [NAN, NAN, 0.1]])
    assert seen.counts.tolist() == [2, 3, 1]
    assert seen.means == pytest.approx([0.45, 0.3, 0.1])


def test_the_caller_keeps_the_array():
    errors = np.array(GOOD)
    observe(SIZES, errors)
    assert errors.tolist() == GOOD


def test_ratios_have_geometric_mean_one_and_no_unit():
    seen, scaled = observe([100, 300, 700], GOOD), observe([3700, 11100, 25900], GOOD)
    assert np.log(seen.ratios).sum() == pytest.approx(0, abs=1e-12)
    assert seen.ratios.tolist() == scaled.ratios.tolist()
