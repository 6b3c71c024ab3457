from dataclasses import replace

import pytest
import torch

from netwright.qualities.prediction_cost import measure, prediction_cost
from netwright.qualities.throughput import measure_throughput
from netwright.records.scenario import Rates

BATCH = torch.zeros(50, 1, 8, 8)
DURATIONS = [0.010] * 6 + [0.010, 0.020, 0.040, 0.020, 0.020] * 20


@pytest.mark.parametrize("threads", [1, 2])
def test_is_the_price_of_the_cores_over_the_throughput(ticking, threads):
    one, other = ticking(DURATIONS), ticking(DURATIONS)
    rate = measure_throughput(one, BATCH, threads=threads, clock=one.clock)
    found = prediction_cost(other, BATCH, rates=Rates(cpu_hour=3.6), threads=threads, clock=other.clock)
    assert found.value == pytest.approx(1e6 / rate.value * threads * 0.001)
    assert found.low == pytest.approx(1e6 / rate.high * threads * 0.001)
    assert found.high == pytest.approx(1e6 / rate.low * threads * 0.001)
    assert found.notes[:2] == ("estimated: at the 3.6 $ a core-hour that the scenario states", "in batches of 50")
    assert found.conditions.threads == threads


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_the_price_of_a_core_is_not_that_of_an_accelerator(evidence):
    elsewhere = replace(evidence, inputs=torch.zeros(3, 1, 8, 8, device="meta"))
    assert "device meta" in measure(elsewhere)[0].reason
