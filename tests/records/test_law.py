"""The formulas of laws against closed forms, and their inverses."""

from math import e, exp, inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.law import FORMULAS

exponents = st.floats(0.05, 1.6)
steepness = st.floats(0.2, 3.0)
sizes = st.floats(0.01, 100.0)
ratios = st.floats(0.01, 1000.0)

CONSTANTS = {
    "power law": (exponents,),
    "pow2": (exponents,),
    "MMF4": (sizes, steepness),
    "WBL4": (sizes, st.floats(0.1, 1.0)),
    "one break": (exponents, exponents, sizes),
}
EXAMPLES = {
    "power law": (0.5,),
    "pow2": (0.5,),
    "constant": (),
    "MMF4": (2.0, 0.7),
    "WBL4": (2.0, 0.7),
    "one break": (0.2, 0.6, 2.0),
}


def test_every_formula_has_an_example():
    assert set(EXAMPLES) == set(FORMULAS)


@pytest.mark.parametrize(
    ("name", "r", "constants", "x"),
    [
        ("power law", 4.0, (0.5,), 0.5),
        ("pow2", 16.0, (0.25,), 0.5),
        ("constant", 1234.0, (), 1.0),
        ("MMF4", 3.0, (3.0, 0.7), 0.5),
        ("MMF4", 0.0, (3.0, 0.7), 1.0),
        ("WBL4", 3.0, (3.0, 0.7), 1 / e),
        ("WBL4", 2.0, (1.0, 1.0), exp(-2)),
        ("one break", 4.0, (0.5, 0.5, 9.0), 0.5),
        ("one break", 3.0, (0.5, 1.5, 3.0), 3**-0.5 / 2),
    ],
)
def test_closed_forms(name, r, constants, x):
    assert FORMULAS[name].x(r, *constants) == pytest.approx(x, rel=1e-12)


@pytest.mark.parametrize("name", CONSTANTS)
@given(st.data())
def test_the_inverse_inverts(name, data):
    constants = [data.draw(each) for each in CONSTANTS[name]]
    r = data.draw(ratios)
    x = FORMULAS[name].x(r, *constants)
    if x > 1e-12 and not (name in {"MMF4", "WBL4"} and x > 1 - 1e-6):  # nearer to 1 than that, digits are lost
        assert FORMULAS[name].inverse(x, *constants) == pytest.approx(r, rel=1e-6)


@pytest.mark.parametrize("name", CONSTANTS)
@given(st.data())
def test_laws_fall(name, data):
    constants = [data.draw(each) for each in CONSTANTS[name]]
    r, factor = data.draw(ratios), data.draw(st.floats(1.01, 100))
    assert FORMULAS[name].x(factor * r, *constants) <= FORMULAS[name].x(r, *constants)


@pytest.mark.parametrize("name", ["MMF4", "WBL4"])
def test_a_law_from_chance_needs_no_data_for_more_than_that(name):
    assert FORMULAS[name].inverse(1.2, *EXAMPLES[name]) == 0.0


def test_a_constant_is_reached_at_once_or_never():
    inverse = FORMULAS["constant"].inverse
    assert (inverse(1.0), inverse(1.1), inverse(0.99)) == (0.0, 0.0, inf)


@given(exponents, exponents, sizes)
def test_a_break_has_one_exponent_far_before_and_another_far_beyond(b, later, knee):
    x = FORMULAS["one break"].x
    for exponent, r in ((b, 1e-6 * knee), (later, 1e6 * knee)):
        slope = log(x(1.001 * r, b, later, knee) / x(r, b, later, knee)) / log(1.001)
        assert slope == pytest.approx(-exponent, abs=1e-3)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_serves_numbers_and_arrays_alike(name):
    r = np.array([0.1, 1.0, 30.0])
    one_by_one = [FORMULAS[name].x(float(each), *EXAMPLES[name]) for each in r]
    assert FORMULAS[name].x(r, *EXAMPLES[name]) == pytest.approx(one_by_one, rel=1e-12)
