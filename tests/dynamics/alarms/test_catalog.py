import pytest
import torch
from tests.dynamics.alarms.trainings import Training
from torch.nn.utils import clip_grad_norm_
from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR

from netwright.dynamics.alarms.catalog import CATALOG

SETTINGS = {
    "plain": {},
    "decay": {"weight_decay": 5e-4},
    "momentum": {"momentum": 0.9, "weight_decay": 5e-4},
    "dampened": {"momentum": 0.9, "dampening": 0.5, "weight_decay": 1e-2},
    "nesterov": {"momentum": 0.9, "nesterov": True, "weight_decay": 5e-4},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("autocast", [False, True])
def test_a_healthy_training_raises_nothing(settings, autocast):
    training = Training()
    training.run(SGD(training.model.parameters(), lr=0.05, **settings), steps=25, autocast=autocast)
    assert training.alarms == []


@pytest.mark.parametrize("rounding", [None, 2.0**-24])
@pytest.mark.parametrize("seed", range(3))
def test_nor_does_one_in_known_arithmetic(rounding, seed):
    torch.manual_seed(seed)
    training = Training(rounding=rounding)
    training.run(SGD(training.model.parameters(), lr=0.2, momentum=0.9), steps=40)
    assert training.alarms == []


def test_nor_do_a_clipped_norm_accumulated_gradients_and_parameter_groups():
    training = Training()
    decayed = [p for p in training.model.parameters() if p.dim() > 1]
    rest = [p for p in training.model.parameters() if p.dim() == 1]
    optimizer = SGD([{"params": decayed, "weight_decay": 1e-3}, {"params": rest, "lr": 0.01}], lr=0.05)
    training.run(optimizer, steps=20, parts=4, clip=lambda model: clip_grad_norm_(model.parameters(), 0.1))
    assert training.alarms == []


def test_nor_does_training_in_float64():
    training = Training()
    training.model.double()
    training.run(SGD(training.model.parameters(), lr=0.05, weight_decay=1e-6), steps=10)
    assert training.alarms == []


def test_nor_does_a_batch_that_is_fitted_to_the_end():
    training = Training()
    optimizer = SGD(training.model.parameters(), lr=0.5, momentum=0.9)
    for _ in range(60):
        training.run(optimizer, steps=1)
    assert training.alarms == []


@pytest.mark.parametrize("made", [lambda o: CosineAnnealingLR(o, 20), lambda o: LinearLR(o, 0.1, total_iters=5)])
@pytest.mark.parametrize("length", [1, 5])
def test_nor_does_a_schedule_a_step_or_an_epoch(made, length):
    training = Training()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    schedule = made(optimizer)
    training.run(optimizer, 20, schedule=schedule, after=lambda step: (step + 1) % length or schedule.step())
    assert training.alarms == []


def test_each_cause_and_place_is_told_once_and_survives_a_checkpoint():
    training = Training()
    training.model[0].requires_grad_(False)
    training.run(SGD(training.model.parameters(), lr=0.05), steps=6)
    assert [(alarm.kind, alarm.place, alarm.step) for alarm in training.alarms] == [("frozen layer", "0.weight", 1)]


def test_every_kind_of_alarm_has_one_watch():
    assert len({type(watch) for watch in CATALOG}) == len(CATALOG) == 8
