"""Bounds of thresholds."""

import math

import pytest
import torch

from netwright.anatomy.threshold import Absolute, Deviations
from netwright.records.errors import InputError


def test_deviations_are_taken_around_zero():
    cosines = torch.tensor([[0.1, 0.3], [0.2, -0.4]], dtype=torch.float64)
    expected = 2.5 * math.sqrt((0.01 + 0.09 + 0.04 + 0.16) / 4)
    assert Deviations(2.5).bound(cosines) == pytest.approx(expected, abs=1e-15)
    assert Deviations(2.5).bound(-cosines) == Deviations(2.5).bound(cosines)
    assert (str(Deviations(2.5)), str(Deviations(1))) == ("2.5 standard deviations", "1 standard deviation")


def test_a_layer_without_neurons_has_a_bound():
    assert Deviations().bound(torch.zeros(3, 0)) == 0.0


@pytest.mark.parametrize("make", [lambda: Absolute(-0.1), lambda: Absolute(35), lambda: Deviations(-1)])
def test_what_is_no_size_is_refused(make):
    with pytest.raises(InputError, match="choose"):
        make()
