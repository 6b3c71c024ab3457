import pytest
from tests.dynamics.alarms.trainings import Training
from torch.optim import SGD, Adam, AdamW, RMSprop


@pytest.mark.parametrize("made", [Adam, AdamW, RMSprop])
def test_another_optimizer_is_told_and_keeps_the_constraints(made):
    training = Training()
    training.run(made(training.model.parameters(), lr=1e-3), steps=10)
    assert [(alarm.kind, alarm.place) for alarm in training.alarms] == [("not plain SGD", made.__name__)]


def test_a_kind_of_sgd_is_not():
    class Ours(SGD):
        pass

    training = Training()
    training.run(Ours(training.model.parameters(), lr=0.05), steps=3)
    assert training.alarms == []
