from dataclasses import replace

import pytest
import torch

from netwright.qualities.throughput import measure, measure_throughput

BATCH = torch.zeros(64, 1, 8, 8)


def test_is_the_batch_over_the_median_time(ticking):
    model = ticking([0.010] * 6 + [0.010, 0.020, 0.040, 0.020, 0.020])
    found = measure_throughput(model, BATCH, repeats=5, seconds=0.2, clock=model.clock)
    assert found.value == pytest.approx(64 / 0.020)
    assert (found.low, found.high) == pytest.approx((64 / 0.040, 64 / 0.010))
    assert found.n == 5
    assert found.notes == ("in batches of 64",)


def test_four_batches_are_too_few_for_an_interval(ticking):
    model = ticking([0.01])
    found = measure_throughput(model, BATCH, repeats=4, clock=model.clock)
    assert "n = 4 is too few" in found.notes[1]


def test_a_clock_that_stands_still_gives_a_finite_rate():
    ticks = iter([*range(0, 60), *[60] * 60])
    model = torch.nn.Identity()
    found = measure_throughput(model, BATCH, repeats=5, seconds=1e-9, clock=lambda: next(ticks) * 10**6)
    assert found.high < float("inf")


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_few_inputs_fill_a_batch_again_and_again(evidence):
    (found,) = measure(replace(evidence, inputs=evidence.inputs[:3]))
    assert found.notes[0] == "in batches of 64"
