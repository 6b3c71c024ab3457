import pytest
import torch
from torch import nn

from netwright.qualities.accuracy import accuracy
from netwright.qualities.accuracy_per_parameter import accuracy_per_parameter, measure
from netwright.records.errors import InputError
from netwright.records.measurement import NotMeasured


def test_it_is_the_accuracy_and_its_interval_over_the_millions(predictions):
    probabilities, labels = predictions(200, 5)
    found, plain = accuracy_per_parameter(nn.Linear(999, 250), probabilities, labels), accuracy(probabilities, labels)
    assert (found.value, found.low, found.high) == pytest.approx((plain.value * 4, plain.low * 4, plain.high * 4))
    assert (found.n, found.notes) == (200, ("for each million of 250,000 parameters",))


def test_a_model_that_learned_nothing_has_none(evidence):
    with pytest.raises(InputError, match="holds no learned number"):
        accuracy_per_parameter(nn.Flatten(), torch.eye(2), torch.tensor([0, 1]))
    object.__setattr__(evidence, "model", nn.Flatten())
    assert isinstance(measure(evidence)[0], NotMeasured)
