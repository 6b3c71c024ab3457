import numpy as np
import pytest

from netwright.dynamics.laws.momentum import LinearState, linear_momentum
from netwright.dynamics.laws.momentum_flow import FlowState, linear_momentum_flow
from netwright.dynamics.laws.momentum_start import start_linear_flow, start_quadratic_flow
from netwright.dynamics.laws.nesterov import linear_nesterov
from netwright.dynamics.laws.settings import StepSettings

ONE = np.ones(1)


def recursion(settings, steps):
    law = linear_nesterov if settings.nesterov else linear_momentum
    state = LinearState(ONE, 0 * ONE)
    for step in range(steps):
        state = law(state, settings, step == 0)
    return float(state.charge[0])


@pytest.mark.parametrize(
    "settings",
    [
        StepSettings(0.1, 0.9, weight_decay=1e-3),
        StepSettings(0.1, 0.9, dampening=0.6, weight_decay=1e-3),
        StepSettings(0.1, 0.9, weight_decay=1e-3, nesterov=True),
    ],
    ids=["plain", "dampened", "Nesterov"],
)
def test_from_there_the_flow_stays_close_to_the_recursion(settings):
    off = {}
    for name, start in (("here", start_linear_flow(ONE, settings)), ("c' = 0", FlowState(ONE, 0 * ONE))):
        flow = [float(linear_momentum_flow(start, settings, n)[0]) for n in (1, 10, 100)]
        off[name] = max(abs(told - recursion(settings, n)) for told, n in zip(flow, (1, 10, 100), strict=True))
    assert off["here"] < 2e-5
    assert off["c' = 0"] > 30 * off["here"]


def test_a_quadratic_charge_starts_twice_as_fast():
    settings = StepSettings(0.1, 0.9, dampening=0.5, weight_decay=1e-4)
    linear, quadratic = start_linear_flow(ONE, settings), start_quadratic_flow(ONE, settings)
    assert quadratic.charge == linear.charge == ONE
    assert quadratic.rate == pytest.approx(2 * linear.rate, rel=1e-4)


def test_without_decay_it_starts_at_rest():
    assert start_quadratic_flow(ONE, StepSettings(0.1, 0.9)).rate == pytest.approx(0.0)
