"""Stored states: read back whole, or refused with what to do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from netwright.monitoring.drift.monitor import DriftMonitor
from netwright.records.errors import InputError


@pytest.fixture(scope="module")
def content(reference, draw):
    monitor = DriftMonitor(reference, seed=2, level=0.05)
    monitor.observe(*draw(300, seed=1))
    return monitor.save()


def test_what_was_saved_is_read(reference, content):
    monitor = DriftMonitor.load(content, reference)
    assert (monitor.rows, monitor.seed, monitor.level) == (300, 2, 0.05)
    assert monitor.save() == content


def test_the_state_of_another_reference_is_refused(content, make_reference, draw):
    with pytest.raises(InputError, match="another reference"):
        DriftMonitor.load(content, make_reference(*draw(500, seed=9)))


@settings(max_examples=60, deadline=None)
@given(end=st.integers(0, 20_000))
def test_a_state_cut_short_is_refused(reference, content, end):
    with pytest.raises(InputError, match="no state of a drift monitor"):
        DriftMonitor.load(content[: min(end, len(content) - 1)], reference)


@pytest.mark.parametrize("name", ["facts", "0.counts", "verdicts.rang", "latest"])
def test_a_state_without_a_part_is_refused(reference, content, name):
    arrays = load(content)
    del arrays[name]
    with pytest.raises(InputError, match=name):
        DriftMonitor.load(save(arrays), reference)


def test_a_state_of_other_shapes_is_refused(reference, content):
    arrays = load(content)
    arrays["1.log_wealth"] = np.zeros((1, 3))
    with pytest.raises(InputError, match="other shapes"):
        DriftMonitor.load(save(arrays), reference)
