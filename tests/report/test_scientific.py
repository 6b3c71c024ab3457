from math import inf, isclose, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.report.scientific import scientific

_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def read(text):
    mantissa, _, power = text.translate(_LOWERED).replace(",", "").partition(" × 10")
    return float(mantissa) * 10.0 ** int(power or 0)


@given(st.floats(1e-250, 1e250) | st.floats(-1e250, -1e-250), st.integers(1, 6))
def test_what_is_written_is_the_number_to_its_digits(value, digits):
    assert isclose(read(scientific(value, digits)), value, rel_tol=0.51 * 10.0 ** (1 - digits))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.001, "0.0010"),
        (0.00099, "9.9 × 10⁻⁴"),
        (99_400, "99,000"),
        (99_900, "1.0 × 10⁵"),
        (9.99, "10"),
        (-0.5, "−0.50"),
    ],
)
def test_powers_of_ten_stand_where_plain_numbers_are_hard_to_read(value, text):
    assert scientific(value) == text


@pytest.mark.parametrize("value", [None, nan, inf, -inf])
def test_what_is_no_number_is_a_dash(value):
    assert scientific(value) == "–"
