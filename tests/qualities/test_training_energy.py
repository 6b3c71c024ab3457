from dataclasses import replace

import pytest
import torch

from netwright.qualities.evidence import TrainingCost
from netwright.qualities.power_meter import Power
from netwright.qualities.training_energy import measure, training_energy
from netwright.records.errors import InputError
from netwright.records.scenario import Rates

POWER = Power(20.0, "energy counters of package-0")


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_is_processor_time_times_power(evidence):
    energy, carbon = measure(evidence)
    assert energy.value == energy.low == energy.high == 3.0 * 10.0
    assert carbon.value == pytest.approx(30.0 / 3.6e6 * 0.475)
    assert energy.notes[0].startswith("estimated: ")
    assert carbon.notes[:2] == (energy.notes[0], "at the 0.475 kg of CO2 a kWh that the scenario states")
    assert "over seeds" in energy.notes[1]


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_a_meter_makes_it_a_measurement(evidence):
    metered = replace(evidence, training=TrainingCost(2.0, cpu_seconds=3.0, peak_memory=4e6, power=POWER))
    energy, carbon = measure(metered)
    assert energy.value == 60.0
    assert energy.notes[0].startswith("measured: ")
    assert carbon.notes[0] == energy.notes[0]


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_the_power_of_a_core_says_nothing_of_an_accelerator(evidence):
    elsewhere = replace(evidence, inputs=torch.zeros(3, 1, 8, 8, device="meta"))
    assert [one.quality for one in measure(elsewhere)] == ["energy.training", "co2.training"]
    assert all("device meta" in one.reason for one in measure(elsewhere))


def test_states_what_it_was_given():
    energy, carbon = training_energy(100.0, rates=Rates(watts=5, carbon=0.1))
    assert (energy.value, energy.unit, carbon.unit) == (500.0, "J", "kg")
    assert "5 W" in energy.notes[0]
    with pytest.raises(InputError, match="cpu_seconds=-1"):
        training_energy(-1.0)
