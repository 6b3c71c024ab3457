import pytest
import torch

from netwright.qualities.predictions import check_predictions
from netwright.records.errors import InputError

FAIR = torch.tensor([[0.5, 0.5], [0.1, 0.9]])


def test_double_precision_and_integers_come_back():
    sure, truth = check_predictions(FAIR.half(), torch.tensor([0, 1], dtype=torch.uint8))
    assert sure.dtype == torch.float64
    assert truth.dtype == torch.int64


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (FAIR, torch.tensor([0]), r"\(2, 2\) and labels of shape \(1,\)"),
        (FAIR[0], torch.tensor([0, 1]), r"expected \(N, K\) and \(N,\)"),
        (torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64), "at least one image"),
        (FAIR, torch.tensor([0.0, 1.0]), "torch.float32; expected class numbers"),
        (FAIR, torch.tensor([0, 2]), "labels run from 0 to 2, but probabilities has 2 columns"),
        (FAIR, torch.tensor([-1, 0]), "labels run from -1"),
        (FAIR * 3, torch.tensor([0, 1]), r"probabilities\[0\].*sums to 3.*softmax"),
        (torch.tensor([[0.5, 0.5], [-0.5, 1.5]]), torch.tensor([0, 1]), r"probabilities\[1\]"),
        (torch.tensor([[0.5, 0.5], [float("nan"), 0.5]]), torch.tensor([0, 1]), r"probabilities\[1\].*nan"),
    ],
)
def test_says_what_is_wrong(probabilities, labels, message):
    with pytest.raises(InputError, match=message):
        check_predictions(probabilities, labels)
