from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.qualities.evidence import Evidence, TrainingCost
from netwright.records.measurement import Conditions

COST = TrainingCost(seconds=0.0, cpu_seconds=0.0, peak_memory=0.0)


def evidence_of(count, labels=None):
    numbers = torch.arange(count)
    return Evidence(
        torch.nn.Identity(), torch.ones(len(labels if labels is not None else numbers), 1),
        numbers if labels is None else labels, numbers[:, None].float(), COST, Conditions(hardware="any"),
    )  # fmt: skip


def test_a_batch_begins_again_where_inputs_are_few():
    assert evidence_of(3).batch(7)[:, 0].tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert evidence_of(9).batch(4)[:, 0].tolist() == [0, 1, 2, 3]


@given(st.integers(1, 300), st.integers(1, 300))
def test_a_sample_is_spread_out_and_keeps_its_labels(count, most):
    inputs, labels = evidence_of(count).sample(most)
    places = inputs[:, 0].long()
    assert torch.equal(places, labels)
    assert len(places) == min(count, most)
    steps = places.diff()
    assert len(steps) == 0 or (int(steps.min()) >= 1 and int(steps.max()) - int(steps.min()) <= 1)


def test_labels_beyond_the_inputs_are_never_taken():
    few = replace(evidence_of(10), labels=torch.arange(50))
    inputs, labels = few.sample(5)
    assert labels.tolist() == inputs[:, 0].tolist() == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("field", ["groups", "candidate", "training_data"])
def test_what_may_be_missing_is_missing_at_first(field):
    assert getattr(evidence_of(2), field) is None
