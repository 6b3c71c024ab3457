import pytest
from watched_training import make_dynamics, make_without_symmetry

from netwright.records.dynamics import Forecast
from netwright.report.sections.dynamics_forecasts import forecast_table, forecasts_section


def make_forecast(**given):
    known = {"equilibrium": 4.0, "steps": 12_345.0, "angle": 0.01, "equilibrium_angle": 0.02, "effective_rate": 1e-5}
    return Forecast(place="conv", norm=8.0, **(known | given))


def texts(**given):
    return [cell.text for cell in forecast_table([make_forecast(**given)]).rows[0]]


def test_norm_and_angle_stand_beside_their_equilibrium():
    row = forecast_table([make_forecast()]).rows[0]
    assert [cell.text for cell in row] == ["conv", "8.00", "4.00", "12,300 steps", "0.0100", "0.0200", "1.00 × 10⁻⁵"]
    assert (row[2].below, row[5].below) == ("now 2.00 times it", "now 0.500 times it")


@pytest.mark.parametrize(("steps", "text"), [(None, "not in reach"), (0.0, "there"), (1.0, "1 step")])
def test_steps_are_told_in_words(steps, text):
    assert texts(steps=steps)[3] == text


def test_without_decay_there_is_no_equilibrium():
    gone = {"equilibrium": None, "steps": None, "equilibrium_angle": None}
    assert texts(**gone)[2:6] == ["none: no decay", "not in reach", "0.0100", "–"]
    record = make_dynamics().model_copy(update={"forecasts": (make_forecast(**gone),)})
    assert forecasts_section(record).content["decays"] is False


def test_without_a_scale_invariant_layer_there_is_no_section():
    assert forecasts_section(make_without_symmetry()) is None
