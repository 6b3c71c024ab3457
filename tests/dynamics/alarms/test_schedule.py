import pytest
from tests.dynamics.alarms.trainings import Training
from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingLR

from netwright.dynamics.alarms.schedule import note_step


def scheduled():
    training = Training()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    return training, optimizer, CosineAnnealingLR(optimizer, 40)


@pytest.mark.parametrize("length", [1, 5])
def test_a_schedule_stepped_twice_a_step_or_an_epoch_is_told(length):
    training, optimizer, schedule = scheduled()

    def twice(step):
        if (step + 1) % length == 0:
            schedule.step()
            schedule.step()

    training.run(optimizer, steps=4 * length + 2, schedule=schedule, after=twice)
    assert training.kinds() == {"schedule"}
    assert "2 times too fast" in training.alarms[0].found
    assert training.alarms[0].place == "CosineAnnealingLR"


def test_an_optimizer_step_that_a_loss_scaler_skips_now_and_then_is_no_habit():
    training, optimizer, schedule = scheduled()

    def step_and_skip(step):
        for _ in range(2 if step % 4 == 0 else 1):
            schedule.step()

    training.run(optimizer, steps=30, schedule=schedule, after=step_and_skip)
    assert training.alarms == []


def test_a_schedule_that_counts_nothing_is_left_alone():
    memory = {}
    note_step(object(), memory)
    note_step(None, memory)
    assert memory == {}
