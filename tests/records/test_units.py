"""Quantities: what is written is read, what is printed reads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.units import UNITS, format_quantity, parse_quantity


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("10 ms", "s", 0.010),
        ("10ms", "s", 0.010),
        ("1.5 h", "s", 5400.0),
        ("6 GiB", "B", 6 * 2**30),
        ("4 MB", "B", 4e6),
        ("0.80", "ratio", 0.8),
        ("80%", "ratio", 0.8),
        ("1_000", "count", 1000.0),
        ("1e3", "count", 1000.0),
        ("2 M", "count", 2e6),
        ("900 /s", "1/s", 900.0),
        ("3 GFLOP", "FLOP", 3e9),
        ("2 Wh", "J", 7200.0),
        ("1.5 kWh", "J", 5.4e6),
        ("4 mJ", "J", 0.004),
        ("250 g", "kg", 0.25),
        ("30 µg", "kg", 3e-8),
        ("0.02 $", "$", 0.02),
        ("5 USD", "$", 5.0),
    ],
)
def test_written_quantities(text, unit, value):
    assert parse_quantity(text, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("10", "s", "no unit"),
        ("10 MB", "s", "'MB'"),
        ("fast", "s", "'fast'"),
        ("10 ms", "ratio", "'ms'"),
        ("", "B", "no number"),
        ("3 W", "J", "'W'"),
        ("3 €", "$", "'€'"),
    ],
)
def test_what_is_no_quantity_is_told_with_what_is(text, unit, told):
    with pytest.raises(ValueError, match="expected") as caught:
        parse_quantity(text, unit)
    assert told in str(caught.value)


@given(st.floats(1e-6, 1e12), st.sampled_from(sorted(UNITS)))
def test_a_printed_quantity_reads_back_to_three_digits(value, unit):
    assert parse_quantity(format_quantity(value, unit), unit) == pytest.approx(value, rel=0.006)


@pytest.mark.parametrize(("value", "text"), [(float("nan"), "nan"), (float("inf"), "inf"), (0.0, "0 µs")])
def test_odd_values_print(value, text):
    assert format_quantity(value, "s") == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (4.2e-3, "J", "4.2 mJ"),
        (7200.0, "J", "7.2 kJ"),
        (2.5e-7, "kg", "250 µg"),
        (0.0123, "kg", "12.3 g"),
        (0.00031, "$", "0.00031 $"),
    ],
)
def test_energy_emissions_and_money_print(value, unit, text):
    assert format_quantity(value, unit) == text
