import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netwright.records.candidate import SCHEDULES, Recipe
from netwright.training.schedules import make_schedule


def rates(name, steps, lr=0.1):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=lr)
    schedule = make_schedule(optimizer, Recipe(schedule=name, lr=lr), steps)
    seen = []
    for _ in range(steps):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.after_step()
    return seen


@given(name=st.sampled_from(SCHEDULES), steps=st.integers(1, 80))
def test_no_step_is_wasted_and_none_exceeds_the_peak(name, steps):
    seen = rates(name, steps)
    assert all(0 < rate <= 0.1 * (1 + 1e-12) for rate in seen)
    assert max(seen) == pytest.approx(0.1)


@given(steps=st.integers(2, 80))
def test_cosine_is_the_one_of_pytorch(steps):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    reference = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for rate in rates("cosine", steps):
        assert rate == pytest.approx(reference.get_last_lr()[0], rel=1e-9)
        optimizer.step()
        reference.step()


def test_constant_does_not_move():
    assert rates("constant", 5) == [0.1] * 5


def test_one_cycle_rises_in_a_line_and_falls():
    seen = rates("one-cycle", 10, lr=0.3)
    assert seen[:3] == pytest.approx([0.1, 0.2, 0.3])
    assert seen[3:] == sorted(seen[3:], reverse=True)
    assert seen[-1] < 0.05


def test_steps_beyond_the_plan_keep_the_last_rate():
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    schedule = make_schedule(optimizer, Recipe(schedule="cosine"), 2)
    for _ in range(5):
        optimizer.step()
        schedule.after_step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.0, abs=1e-12)


def losses_to_rates(losses):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make_schedule(optimizer, Recipe(schedule="plateau"), 1)
    seen = []
    for loss in losses:
        schedule.after_step()
        schedule.after_epoch(loss)
        seen.append(optimizer.param_groups[0]["lr"])
    return seen


def test_a_plateau_is_left_after_more_than_ten_epochs_without_a_better_loss():
    assert losses_to_rates([2.0] * 24) == pytest.approx([1.0] * 11 + [0.1] * 11 + [0.01] * 2)


def test_a_better_loss_begins_the_count_anew():
    assert losses_to_rates([2.0] * 10 + [1.0] + [2.0] * 11) == pytest.approx([1.0] * 21 + [0.1])
    # 0.005% better is no improvement
    assert losses_to_rates([2.0 * (1 - 5e-6 * epoch) for epoch in range(12)])[-1] == pytest.approx(0.1)
