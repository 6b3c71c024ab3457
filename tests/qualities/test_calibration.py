import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import multiclass_calibration_error

from netwright.qualities.calibration import calibration_error


def slow_error(probabilities, labels, bins=15):
    """Guo et al. 2017, equations 1 to 3, one bin after the other."""
    total = 0.0
    for b in range(1, bins + 1):
        rights, confidences = [], []
        for row, label in zip(probabilities.tolist(), labels.tolist(), strict=True):
            confidence = max(row)
            if (b - 1) / bins < confidence <= b / bins:
                rights.append(row.index(confidence) == label)
                confidences.append(confidence)
        if rights:
            total += len(rights) / len(labels) * abs(np.mean(rights) - np.mean(confidences))
    return total


@pytest.mark.parametrize(("n", "classes", "temperature"), [(1, 2, 1.0), (200, 3, 0.5), (500, 10, 2.0)])
def test_equals_the_oracles(predictions, n, classes, temperature):
    probabilities, labels = predictions(n, classes, temperature)
    found = calibration_error(probabilities, labels).value
    assert found == pytest.approx(slow_error(probabilities, labels))
    oracle = multiclass_calibration_error(probabilities, labels, num_classes=classes, n_bins=15, norm="l1")
    assert found == pytest.approx(float(oracle), abs=1e-6)


def test_a_confidence_on_an_edge_belongs_to_the_lower_bin():
    # 0.8 = 12/15 is alone in bin 12; were it in bin 13, its gap would cancel with that of 0.81
    probabilities = torch.tensor([[0.8, 0.2], [0.81, 0.19]], dtype=torch.float64)
    found = calibration_error(probabilities, torch.tensor([1, 0]))
    assert found.value == pytest.approx((0.8 + 0.19) / 2)


@pytest.mark.parametrize("temperature", [1.0, 1.15, 2.0])
@pytest.mark.parametrize("n", [100, 2000])
def test_the_interval_covers_at_its_level_or_more(predictions, temperature, n):
    # at temperature 1 the true error is 0, although no sample shows it: the bias is the hard part
    truth = 0.0
    if temperature != 1.0:
        truth = calibration_error(*predictions(500_000, 3, temperature, seed=99)).value
    below = above = 0
    for seed in range(200):
        found = calibration_error(*predictions(n, 3, temperature, seed=seed))
        below += truth < found.low
        above += truth > found.high
    assert below / 200 <= 0.085
    assert above / 200 <= 0.085


def test_the_interval_is_not_needlessly_wide(predictions):
    found = calibration_error(*predictions(10_000, 3, 2.0))
    assert found.high - found.low < 0.02


def test_the_note_states_the_bias(predictions):
    shown = [calibration_error(*predictions(400, seed=seed)) for seed in range(50)]
    mean = np.mean([found.value for found in shown])
    stated = float(shown[0].notes[0].split()[-1])
    assert stated == pytest.approx(mean, rel=0.15)


def test_right_and_certain_is_zero():
    found = calibration_error(torch.eye(3), torch.tensor([0, 1, 2]))
    assert (found.value, found.low) == (0.0, 0.0)


def test_probabilities_a_hair_above_one_stay_in_range():
    probabilities = torch.tensor([[1.004, 0.0]])
    found = calibration_error(probabilities, torch.tensor([1]))
    assert found.value == found.high == 1.0
