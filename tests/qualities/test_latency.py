import pytest
import torch
from torch import nn

import netwright
from netwright.qualities.latency import measure_latency
from netwright.records.errors import InputError

IMAGE = torch.zeros(1, 1, 8, 8)


def test_quantiles_of_a_known_distribution(ticking):
    # 98 fast calls to every 2 slow ones, after a fast warm-up of 51 + 3 calls
    durations = [0.001] * 60 + ([0.001] * 98 + [0.1] * 2) * 20
    model = ticking(durations)
    p50 = measure_latency(model, IMAGE, quantile=0.5, calls=1000, seconds=1.0, clock=model.clock)
    assert (p50.quality, p50.value, p50.low, p50.high) == ("latency.p50", 0.001, 0.001, 0.001)
    model = ticking(durations)
    p99 = measure_latency(model, IMAGE, calls=1000, seconds=100.0, clock=model.clock)
    assert (p99.quality, p99.value, p99.n) == ("latency.p99", 0.1, 1000)


def test_too_few_calls_for_p99_are_noted(ticking):
    model = ticking([0.01])
    found = measure_latency(model, IMAGE, calls=100, seconds=10.0, clock=model.clock)
    assert found.n == 100
    assert found.notes == (
        "n = 100 is too few for the upper end of p99: it is the largest seen, and holds with 63% instead of 95%",
    )


def test_other_quantiles_are_named_after_themselves(ticking):
    model = ticking([0.01])
    assert measure_latency(model, IMAGE, quantile=0.999, calls=5, clock=model.clock).quality == "latency.p99.9"


def test_states_the_threads_and_the_device_it_had(ticking, stated):
    model = ticking([0.01])
    found = measure_latency(model, IMAGE, calls=5, threads=2, conditions=stated, clock=model.clock)
    assert found.conditions == stated.model_copy(update={"threads": 2})
    assert found.conditions.device == "cpu"
    assert set(model.seen) == {(False, True, 2)}


def test_states_this_machine_where_no_conditions_are_given(ticking):
    model = ticking([0.01])
    found = measure_latency(model, (IMAGE,), calls=5, clock=model.clock)
    assert found.conditions.threads == 1
    assert "torch" in found.conditions.versions


def test_is_public_and_measures_a_real_model():
    found = netwright.measure_latency(nn.Linear(4, 2), torch.zeros(1, 4), calls=20, seconds=0.05)
    assert 0 < found.low <= found.value <= found.high < 60
    assert found.n <= 20


def test_refuses_a_quantile_outside_0_and_1(ticking):
    model = ticking([0.01])
    with pytest.raises(InputError, match="quantile 99"):
        measure_latency(model, IMAGE, quantile=99, calls=5, clock=model.clock)
