"""What every instrument keeps to; a new one is tested by being in the catalog."""

from importlib import import_module
from math import isfinite

import pytest
import torch

from netwright.qualities.catalog import INSTRUMENTS, QUALITIES, find_quality, measure_all

each_instrument = pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.module)


@each_instrument
def test_measures_what_the_catalog_says(instrument, evidence):
    found = import_module(instrument.module).measure(evidence)
    assert [one.quality for one in found] == [quality.name for quality in instrument.qualities]
    for one in found:
        quality = find_quality(one.quality)
        assert one.unit == quality.unit
        assert all(isfinite(number) for number in (one.value, one.low, one.high))
        assert quality.lowest <= one.low <= one.value <= one.high <= quality.highest
        assert one.n >= 1
        assert one.conditions == evidence.conditions
        assert all(note.strip() for note in one.notes)


@each_instrument
@pytest.mark.parametrize("training", [True, False])
def test_leaves_the_model_as_it_was(instrument, evidence, training):
    evidence.model.train(training)
    list(evidence.model.modules())[-1].training = not training  # a frozen layer
    modes = [part.training for part in evidence.model.modules()]
    state = {name: tensor.clone() for name, tensor in evidence.model.state_dict().items()}
    threads = torch.get_num_threads()
    import_module(instrument.module).measure(evidence)
    assert [part.training for part in evidence.model.modules()] == modes
    assert all(torch.equal(tensor, state[name]) for name, tensor in evidence.model.state_dict().items())
    assert torch.get_num_threads() == threads
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("instrument", [one for one in INSTRUMENTS if not one.alone], ids=lambda one: one.module)
def test_measures_the_same_again(instrument, evidence):
    measure = import_module(instrument.module).measure
    torch.manual_seed(0)
    first = measure(evidence)
    torch.manual_seed(1)
    assert measure(evidence) == first


def test_all_of_a_group_come_in_the_order_of_the_catalog(evidence):
    names = [quality.name for quality in QUALITIES]
    inside = [one.quality for one in measure_all(evidence, alone=False)]
    alone = [one.quality for one in measure_all(evidence, alone=True)]
    assert alone == ["latency.p50", "latency.p99", "throughput"]
    assert inside == [name for name in names if name not in alone]
