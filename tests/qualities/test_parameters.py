import pytest
from torch import nn

from netwright.qualities.parameters import count_parameters


def test_batch_normalisation_counts_without_its_statistics():
    assert count_parameters(nn.BatchNorm2d(8)).value == 16


def test_shared_once_and_frozen_too():
    layer = nn.Linear(3, 3).requires_grad_(False)
    assert count_parameters(nn.Sequential(layer, layer)).value == 12


@pytest.mark.parametrize("evidence", ["forest"], indirect=True)
def test_a_forest_is_not_free(evidence):
    found = count_parameters(evidence.model)
    assert found.value == 5 + 5 + 5 * 2 * 3
    assert found.notes == ("no parameters: the numbers in its buffers are counted",)
