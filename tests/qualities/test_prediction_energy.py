from dataclasses import replace

import pytest
import torch

from netwright.qualities.power_meter import PowerMeter
from netwright.qualities.prediction_energy import measure, prediction_energy
from netwright.records.scenario import Rates

BATCH = torch.zeros(50, 1, 8, 8)


class Steady:
    """A counter of 4 joules between any two readings."""

    name = "package-0"

    def read(self):
        return 0

    def joules_since(self, reading):
        return 4.0


def one_second_at_a_look():
    seconds = iter(range(1000))
    return lambda: float(next(seconds))


def test_is_a_million_times_the_processor_time_of_a_sample_times_the_power(ticking):
    model = ticking([0.010] * 6 + [0.010, 0.020, 0.040, 0.020, 0.020] * 40)
    energy, carbon = prediction_energy(
        model, BATCH, meter=PowerMeter(()), rates=Rates(watts=12, carbon=0.5), clock=model.clock
    )
    assert energy.value == pytest.approx(1e6 * 0.020 / 50 * 12)
    assert energy.low <= energy.value <= energy.high
    assert carbon.value == pytest.approx(energy.value / 3.6e6 * 0.5)
    assert energy.notes[:2] == (
        "estimated: processor time x 12 W a busy core, as no energy counter can be read here",
        "in batches of 50",
    )
    assert carbon.n == energy.n


def test_a_meter_makes_it_a_measurement(ticking):
    model = ticking([0.010])
    meter = PowerMeter((Steady(),), busy=one_second_at_a_look(), used=one_second_at_a_look())
    energy, carbon = prediction_energy(model, BATCH, meter=meter, rates=Rates(watts=99), clock=model.clock)
    assert energy.value == pytest.approx(1e6 * 0.010 / 50 * 4.0)
    assert energy.notes[0].startswith("measured: ")
    assert carbon.notes[0].startswith("measured: ")


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_takes_the_rates_of_the_evidence(evidence, monkeypatch):
    monkeypatch.setattr("netwright.qualities.prediction_energy.meter_for", lambda device: PowerMeter(()))
    energy, _ = measure(replace(evidence, rates=Rates(watts=33)))
    assert "33 W" in energy.notes[0]
    assert energy.notes[1] == "in batches of 64"


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_the_power_of_a_core_says_nothing_of_an_accelerator(evidence):
    elsewhere = replace(evidence, inputs=torch.zeros(3, 1, 8, 8, device="meta"))
    assert all("device meta" in one.reason for one in measure(elsewhere))
