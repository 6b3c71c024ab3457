import pytest

from netwright.qualities.cpu_seconds import cpu_seconds, measure


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_is_what_the_training_cost(evidence):
    (found,) = measure(evidence)
    assert found.value == found.low == found.high == evidence.training.cpu_seconds == 3.0
    assert found.n == 1
    assert "over seeds" in found.notes[0]


def test_works_alone():
    assert cpu_seconds(5.0).conditions.hardware
