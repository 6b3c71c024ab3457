import pytest

from netwright.dynamics.laws.settings import StepSettings
from netwright.records.errors import InputError


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"lr": float("nan")}, "lr is nan"),
        ({"lr": 0.1, "momentum": -0.9}, "momentum is -0.9"),
        ({"lr": 0.1, "weight_decay": float("inf")}, "weight_decay is inf"),
        ({"lr": 0.1, "dampening": float("nan")}, "dampening is nan"),
        ({"lr": 0.1, "nesterov": True}, "momentum 0.0 and dampening 0.0"),
        ({"lr": 0.1, "momentum": 0.9, "dampening": 0.1, "nesterov": True}, "momentum 0.9 and dampening 0.1"),
    ],
)
def test_what_no_optimizer_takes_is_refused(values, told):
    with pytest.raises(InputError, match=told):
        StepSettings(**values)


def test_without_momentum_dampening_means_nothing():
    assert StepSettings(0.1, dampening=0.5).time_step == 0.1
    assert StepSettings(0.1, momentum=0.9, dampening=0.5).time_step == 0.05
