"""What becomes of the cosines of several texts."""

import pytest
import torch

from netwright.pruning.criterion.reductions import LargestMagnitude, OneText, RootMeanSquare, SignedMean
from netwright.records.errors import InputError

COSINES = torch.tensor([[0.6, -0.2, 0.0], [-0.8, -0.2, 0.5]], dtype=torch.float64)


def test_neurons_are_reduced_over_texts():
    assert OneText(1).neurons(COSINES).tolist() == [-0.8, -0.2, 0.5]
    assert LargestMagnitude().neurons(COSINES).tolist() == [0.8, 0.2, 0.5]
    torch.testing.assert_close(SignedMean().neurons(COSINES), torch.tensor([-0.1, -0.2, 0.25]).double())
    torch.testing.assert_close(RootMeanSquare().neurons(COSINES), torch.tensor([0.5, 0.04, 0.125]).double().sqrt())


@pytest.mark.parametrize("reduction", [RootMeanSquare(), LargestMagnitude(), SignedMean()])
def test_layers_keep_their_sign(reduction):
    assert reduction.layer(torch.tensor([-0.4, 0.2])) == pytest.approx(-0.1)


def test_one_text_is_taken_as_it_is():
    assert OneText(1).layer(torch.tensor([-0.5, 0.25])) == 0.25


def test_a_text_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="reads text 2, and the batches hold 2"):
        OneText(2).neurons(COSINES)


@pytest.mark.parametrize("reduction", [OneText(), RootMeanSquare(), LargestMagnitude(), SignedMean()])
def test_of_one_text_all_reductions_have_the_same_magnitudes(reduction):
    one = COSINES[:1]
    torch.testing.assert_close(reduction.neurons(one).abs(), one[0].abs())
    assert reduction.layer(one[0, :1]) == pytest.approx(0.6)
