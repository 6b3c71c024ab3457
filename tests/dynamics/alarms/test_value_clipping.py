import pytest
from tests.dynamics.alarms.trainings import Training
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import SGD


@pytest.mark.parametrize("autocast", [False, True])
def test_value_clipping_is_told_with_its_bound(autocast):
    training = Training()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    training.run(optimizer, clip=lambda model: clip_grad_value_(model.parameters(), 0.01), autocast=autocast)
    assert training.kinds() == {"value clipping"}
    assert "exactly 0.01 in size" in training.alarms[0].found


@pytest.mark.parametrize("norm", [1.0, 0.01])
def test_a_clipped_norm_stays_silent(norm):
    training = Training()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    training.run(optimizer, steps=20, clip=lambda model: clip_grad_norm_(model.parameters(), norm))
    assert training.alarms == []


def test_a_bound_that_nothing_reaches_stays_silent():
    training = Training()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    training.run(optimizer, steps=20, clip=lambda model: clip_grad_value_(model.parameters(), 100.0))
    assert training.alarms == []
