import pytest
import torch
from tests.dynamics.alarms.trainings import Training
from torch import nn
from torch.optim import SGD, AdamW

from netwright.dynamics.alarms.lost_decay import LostDecay
from netwright.dynamics.alarms.moment import GroupSettings, Moment

LOST = {"lr": 1e-3, "weight_decay": 0.1}


def low(dtype=torch.bfloat16):
    training = Training()
    training.model.to(dtype)
    return training


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}])
def test_decay_below_half_the_spacing_of_bfloat16_is_lost(settings):
    training = low()
    training.run(SGD(training.model.parameters(), **LOST, **settings), steps=30)
    assert training.kinds() == {"weight decay lost to rounding"}
    assert "of the decay survives" in training.alarms[0].found


def test_decoupled_decay_in_bfloat16_is_lost_in_full():
    training = low()
    training.run(AdamW(training.model.parameters(), lr=1e-3, weight_decay=0.1), steps=30)
    lost = [alarm for alarm in training.alarms if alarm.kind == "weight decay lost to rounding"]
    assert lost
    assert all(" 0% of the decay survives" in alarm.found for alarm in lost)


def test_decay_above_the_spacing_survives():
    training = low()
    training.run(SGD(training.model.parameters(), lr=0.1, weight_decay=0.2), steps=30)
    assert "weight decay lost to rounding" not in training.kinds()


@pytest.mark.parametrize("autocast", [False, True])
def test_float32_weights_keep_it_under_autocast_too(autocast):
    training = Training()
    training.run(SGD(training.model.parameters(), **LOST, momentum=0.9), steps=30, autocast=autocast)
    assert training.alarms == []


def test_even_float32_loses_a_decay_of_a_billionth_once_nothing_else_moves_the_weights():
    training = Training(nn.Sequential(nn.Flatten(), nn.Linear(162, 4)))

    def shrink(model):
        for parameter in model.parameters():
            parameter.grad.mul_(1e-12)

    optimizer = SGD(training.model.parameters(), lr=1e-4, weight_decay=1e-4)
    training.run(optimizer, steps=30, clip=shrink)
    assert training.kinds() == {"weight decay lost to rounding"}
    assert "float32" in training.alarms[0].found


def _trained(dtype, start, gradient, decay, settings, looks=None):
    """Train one weight under random gradients; at each tenth step, let the alarm's memory count."""
    weight = nn.Parameter(start.to(dtype).clone())
    optimizer = SGD([weight], lr=0.01, weight_decay=decay, **settings)
    draws, memory = torch.Generator().manual_seed(1), {}
    group = GroupSettings(("w",), lr=0.01, weight_decay=decay, **settings)
    for step in range(60):
        weight.grad = (gradient * torch.randn(start.shape, generator=draws)).bfloat16().to(dtype)
        optimizer.step()
        if looks is not None and step % 10 == 9:
            model = nn.ParameterDict({"w": weight})
            looks += LostDecay().look(Moment(step, model, optimizer, {"w": weight}, (group,)), memory)
    kept, due = memory.get("decay", {}).get("w", (0.0, 1.0))
    return weight.detach().double(), kept / due


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}])
@pytest.mark.parametrize("gradient", [1e-3, 1e-2, 1e-1])
def test_the_share_that_survives_is_what_training_with_and_without_decay_shows(settings, gradient):
    start = (0.1 * torch.randn(60_000, generator=torch.Generator().manual_seed(0))).bfloat16()
    looks = []
    (low_with, share), (low_without, _) = (
        _trained(torch.bfloat16, start, gradient, decay, settings, looks if decay else None) for decay in (1e-2, 0.0)
    )
    high_with, high_without = (_trained(torch.float64, start, gradient, decay, settings)[0] for decay in (1e-2, 0.0))
    truth = float(
        (start.double() * (low_with - low_without)).sum() / (start.double() * (high_with - high_without)).sum()
    )
    # steps far above the spacing carry all of it across, and their own rounding hides it in the difference
    assert share == pytest.approx(truth, abs=0.12 if gradient < 0.1 else 0.5)
    assert bool(looks) == (truth < 0.5)
