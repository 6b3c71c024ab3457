import pytest

from netwright.qualities.training_time import measure, training_time


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_is_what_the_training_cost(evidence):
    (found,) = measure(evidence)
    assert found.value == found.low == found.high == evidence.training.seconds == 2.0
    assert found.n == 1
    assert "over seeds" in found.notes[0]


def test_works_alone():
    assert training_time(5.0).conditions.hardware
