"""What a curve says, against its closed form."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.curve import Curve
from netwright.records.errors import ExtrapolationError, InputError
from netwright.records.law import Alternative


def curve_of(draws, sizes=(125, 250, 500, 1000), errors=None) -> Curve:
    a, b, c = draws[0]
    rows = errors or tuple((0.5,) for _ in sizes)
    return Curve(sizes=sizes, errors=rows, n0=353.0, a=a, b=b, c=c, draws=tuple(draws), noise=0.05)


SPREAD = curve_of([(0.2 + 0.001 * k, 0.5, 0.002 * k) for k in range(100)])


def test_predict_gives_median_and_quantiles_of_the_draws():
    values = [c + a * (2000 / 353.0) ** -b for a, b, c in SPREAD.draws]
    assert SPREAD.predict(2000) == pytest.approx(np.quantile(values, [0.5, 0.05, 0.95]))


def test_one_draw_predicts_its_law():
    assert curve_of([(0.2, 0.5, 0.1)]).predict(4 * 353.0) == pytest.approx((0.2, 0.2, 0.2))


def test_predict_far_beyond_what_was_measured_is_refused():
    assert SPREAD.predict(8000)[0] > 0
    with pytest.raises(ExtrapolationError, match=r"up to n = 1000 and was asked for n = 8001, more than 8x; measure"):
        SPREAD.predict(8001)
    assert SPREAD.predict(50_000, limit=50)[0] < SPREAD.predict(8000)[0]


@pytest.mark.parametrize("n", [0, -1, nan, inf])
def test_predict_at_no_size_is_refused(n):
    with pytest.raises(InputError, match="ask for a positive number"):
        SPREAD.predict(n, limit=inf)


@given(st.floats(0.01, 0.5), st.floats(0.1, 1.5), st.floats(0.0, 0.2), st.floats(100.0, 7900.0))
def test_required_inverts_predict(a, b, c, n):
    curve = curve_of([(a, b, c)])
    reachable, n50, n90 = curve.required(curve.predict(n)[0])
    assert reachable == 1.0
    assert n50 == n90
    assert curve.predict(n50)[0] == pytest.approx(curve.predict(n)[0], rel=1e-9)


def test_required_counts_the_draws_whose_floor_is_below():
    reachable, n50, n90 = curve_of([(0.2, 0.5, 0.01 * k) for k in range(10)]).required(0.055)
    assert reachable == 0.6  # floors 0.00 ... 0.05
    assert n50 == pytest.approx(353.0 * (0.015 / 0.2) ** -2)  # the fifth smallest of ten: floor 0.04
    assert n90 == inf


def test_an_error_at_the_floor_is_out_of_reach():
    assert curve_of([(0.2, 0.5, 0.1)]).required(0.1) == (0.0, inf, inf)


def test_a_size_beyond_all_numbers_is_out_of_reach():
    assert curve_of([(0.2, 0.03, 0.1)]).required(0.1 + 1e-15) == (0.0, inf, inf)


def test_required_of_no_number_is_refused():
    with pytest.raises(InputError, match="error of nan"):
        SPREAD.required(nan)


@given(st.floats(0.01, 0.6), st.floats(0.01, 0.6))
def test_a_smaller_error_needs_more(one, other):
    easy, hard = SPREAD.required(max(one, other)), SPREAD.required(min(one, other))
    assert easy[0] >= hard[0]
    assert easy[1] <= hard[1]
    assert easy[2] <= hard[2]


def test_json_keeps_everything():
    curve = curve_of([(0.2, 0.5, 0.1)], sizes=(100, 200), errors=((0.5, nan), (0.4, 0.3)))
    read = Curve.from_json(curve.to_json())
    assert read.to_json() == curve.to_json()
    assert np.isnan(read.errors[0][1])


def test_a_curve_prints_one_row_a_size():
    curve = curve_of([(0.2, 0.5, 0.1)], sizes=(353, 1412), errors=((0.3, nan), (nan, nan)))
    assert str(curve).splitlines() == [
        "n     seeds  mean error  fitted  90% interval",
        "353   1      0.3000      0.3000  0.3000 to 0.3000",
        "1412  0      none        0.2000  0.2000 to 0.2000",
    ]


MIXED = [
    ("power law", (0.2, 0.5, 0.1)),
    ("pow2", (0.3, 0.25, 0.0)),
    ("constant", (0.3, 0.0)),
    ("MMF4", (0.8, 0.5, 0.7, 0.05)),
    ("WBL4", (0.8, 0.5, 0.5, 0.05)),
    ("one break", (0.2, 0.2, 0.6, 1.5, 0.02)),
]


def mixed_curve(repeats=1) -> Curve:
    names, rows = zip(*(MIXED * repeats), strict=True)
    return curve_of(rows).model_copy(update={"laws": names})


def test_draws_of_several_laws_are_each_read_by_its_formula():
    r, half = 1000 / 353.0, 1000 / 353.0 / 0.5
    assert mixed_curve().at(1000) == pytest.approx(
        [
            0.1 + 0.2 * r**-0.5,
            0.3 * r**-0.25,
            0.3,
            0.05 + 0.8 / (1 + half**0.7),
            0.05 + 0.8 * np.exp(-(half**0.5)),
            0.02 + 0.2 * r**-0.2 * (1 + r / 1.5) ** -0.4,
        ],
        rel=1e-12,
    )


@pytest.mark.parametrize("n", [200.0, 1000.0, 5000.0])
def test_sizes_of_several_laws_invert_their_errors(n):
    curve = mixed_curve()
    for k, error in enumerate(curve.at(n)):
        if curve.laws[k] != "constant":
            assert curve.sizes_for(error)[k] == pytest.approx(n, rel=1e-9)


def test_sizes_of_several_laws_at_the_ends():
    curve = mixed_curve()
    assert curve.sizes_for(0.01)[0] == curve.sizes_for(0.05)[3] == curve.sizes_for(0.02)[5] == inf  # their floors
    assert curve.sizes_for(0.3)[2] == 0.0
    assert curve.sizes_for(0.29)[2] == inf
    assert curve.sizes_for(0.9)[3:5] == [0.0, 0.0]  # more than chance
    reachable, n50, n90 = curve.required(0.04)
    assert reachable == pytest.approx(2 / 6)
    assert (n50, n90) == (inf, inf)


def test_a_curve_names_the_law_of_most_draws():
    assert SPREAD.law == "power law"
    mixed = curve_of([(0.2, 0.5, 0.1), (0.3, 0.0), (0.3, 0.0)]).model_copy(
        update={"laws": ("power law", "constant", "constant")}
    )
    assert mixed.law == "constant"


def test_json_keeps_several_laws_and_what_was_compared():
    rival = Alternative(name="MMF4", constants={"a": 0.5}, aicc=inf, held_out=None, weight=0.25)
    curve = mixed_curve().model_copy(update={"alternatives": (rival,)})
    read = Curve.from_json(curve.to_json())
    assert read.draws == curve.draws
    assert read.laws == curve.laws
    assert read.alternatives == (rival,)
