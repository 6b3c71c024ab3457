"""What every law keeps to: the conformance suite of laws."""

import numpy as np
import pytest

from netwright.records.law import FORMULAS, POWER_LAW
from netwright.scaling.laws.catalog import LAWS, laws_for
from netwright.scaling.laws.law import Law

RATIOS = 2.0 ** np.arange(-4, 5)

every_law = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)


def some_constants(law: Law, count: int = 20) -> np.ndarray:
    bounds = np.log([axis.bounds(RATIOS) for axis in law.axes]).reshape(-1, 2)
    return np.exp(np.random.default_rng(0).uniform(bounds[:, 0], bounds[:, 1], (count, len(law.axes))))


def test_the_power_law_comes_first_and_every_formula_has_a_law():
    assert LAWS[0].name == POWER_LAW
    assert {law.name for law in LAWS} == set(FORMULAS)
    assert len({law.name for law in LAWS}) == len(LAWS)


@pytest.mark.parametrize(("sizes", "count"), [(3, 3), (4, 5), (8, 5), (9, 6), (12, 6)])
def test_laws_of_more_constants_take_more_sizes(sizes, count):
    assert len(laws_for(sizes)) == count


@every_law
def test_a_law_needs_no_fewer_sizes_than_constants(law):
    assert law.fewest >= law.constants
    assert law.fewest >= 9 or law.name != "one break"


@every_law
def test_shapes_are_those_of_the_formula_and_fall(law):
    theta = some_constants(law)
    x = np.broadcast_to(law.x(RATIOS, theta), (len(theta), len(RATIOS)))
    for row, constants in zip(x, theta, strict=True):
        assert row == pytest.approx([FORMULAS[law.name].x(float(r), *constants) for r in RATIOS], rel=1e-12)
    assert (np.diff(x, axis=1) <= 0).all()


@every_law
def test_predictions_are_those_of_the_formula(law):
    for constants in some_constants(law, 5):
        row = (0.3, *constants, 0.1 if law.constants > len(law.axes) + 1 else 0.0)
        found = np.broadcast_to(law.predict(RATIOS, row), RATIOS.shape)
        expected = [row[-1] + 0.3 * FORMULAS[law.name].x(float(r), *constants) for r in RATIOS]
        assert found == pytest.approx(expected, rel=1e-12)
        assert float(law.predict(RATIOS[3], row)) == pytest.approx(expected[3], rel=1e-12)


@every_law
def test_priors_integrate_to_one(law):
    for axis in law.axes:
        logs = np.linspace(*np.log(axis.bounds(RATIOS)), 20_001)
        assert np.trapezoid(np.exp(axis.log_prior(logs, RATIOS)), logs) == pytest.approx(1.0, rel=1e-6)


@every_law
def test_a_law_is_finite_where_its_error_is_limited(law):
    theta = some_constants(law)
    assert np.isfinite(law.x(law.top * RATIOS[0], theta)).all()


@every_law
def test_names_tell_every_constant(law):
    assert len(law.names) == law.constants == len(set(law.names))
    assert law.names[0] == "a"
