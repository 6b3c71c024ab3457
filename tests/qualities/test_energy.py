import pytest

from netwright.qualities.energy import ESTIMATED, MEASURED, core_power, emissions, emissions_note
from netwright.qualities.power_meter import Power
from netwright.records.scenario import Rates


def test_what_was_measured_goes_before_what_was_stated():
    found = core_power(Power(7.0, "energy counters of package-0"), Rates(watts=50))
    assert found.watts == 7.0
    assert found.label == f"{MEASURED}: energy counters of package-0, shared out by processor time"


def test_what_was_stated_is_called_an_estimate():
    found = core_power(None, Rates(watts=50))
    assert found.watts == 50
    assert found.label.startswith(f"{ESTIMATED}: ")
    assert "50 W" in found.label


@pytest.mark.parametrize(("joules", "carbon", "kilograms"), [(3.6e6, 0.475, 0.475), (1800.0, 1.0, 0.0005), (5.0, 0, 0)])
def test_emissions(joules, carbon, kilograms):
    assert emissions(joules, Rates(carbon=carbon)) == pytest.approx(kilograms)
    assert f"{carbon:g} kg" in emissions_note(Rates(carbon=carbon))
