import pytest
from tests.dynamics.alarms.trainings import Training
from torch import nn
from torch.optim import SGD


def left_in_eval(training, at=5):
    """Evaluate once after some steps, and forget to go back."""
    return lambda step: training.model.eval() if step == at else None


@pytest.mark.parametrize("autocast", [False, True])
def test_a_forgotten_train_call_is_told_with_the_broken_row_scales(autocast):
    training = Training()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    training.run(optimizer, steps=12, after=left_in_eval(training), autocast=autocast)
    alarm = next(iter(training.alarms))
    assert training.kinds() == {"BatchNorm in eval"}
    assert (alarm.step, alarm.place) == (7, "1, 4")
    assert "row scale of" in alarm.found


def test_without_a_row_scale_to_watch_the_mode_alone_tells():
    training = Training()
    training.families = ()
    training.model[4].eval()
    training.run(SGD(training.model.parameters(), lr=0.05), steps=3)
    assert [(alarm.kind, alarm.place) for alarm in training.alarms] == [("BatchNorm in eval", "4")]


def test_a_layer_frozen_with_its_statistics_is_told_as_frozen_alone():
    training = Training()
    for module in (training.model[0], training.model[1]):
        module.eval().requires_grad_(False)
    training.run(SGD(training.model.parameters(), lr=0.05), steps=5)
    assert training.kinds() == {"frozen layer"}


def test_a_layer_without_running_statistics_normalises_with_the_batch_in_both_modes():
    training = Training()
    training.model[1] = nn.BatchNorm2d(6, track_running_stats=False)
    training.model[1].eval()
    training.run(SGD(training.model.parameters(), lr=0.05), steps=5)
    assert training.alarms == []


def test_a_frozen_stage_with_its_own_statistics_does_not_hide_a_layer_left_in_eval():
    training = Training()
    for module in (training.model[0], training.model[1]):
        module.requires_grad_(False)
    training.model.eval()
    training.run(SGD(training.model.parameters(), lr=0.05), steps=5)
    alarm = next(alarm for alarm in training.alarms if alarm.kind == "BatchNorm in eval")
    assert "row scale of 3 to 4 is broken by" in alarm.found
