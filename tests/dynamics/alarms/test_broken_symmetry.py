import pytest
import torch
from tests.dynamics.alarms.trainings import Training
from torch.optim import SGD


@pytest.mark.parametrize(("rounding", "weight"), [(None, 1e-1), (2.0**-24, 1e-4)])
def test_a_z_loss_breaks_the_head_alone(rounding, weight):
    training = Training(rounding=rounding)
    optimizer = SGD(training.model.parameters(), lr=0.05)
    training.run(optimizer, penalty=lambda model, logits: weight * torch.logsumexp(logits, 1).square().mean())
    assert [(alarm.kind, alarm.place, alarm.step) for alarm in training.alarms] == [("broken symmetry", "head", 2)]


def test_a_penalty_on_the_weights_breaks_what_it_touches():
    training = Training()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    training.run(optimizer, penalty=lambda model, logits: 0.1 * model[3].weight.abs().sum())
    assert [alarm.place for alarm in training.alarms] == ["1 to 3"]


def test_a_gradient_left_over_from_the_step_before_breaks_rescale():
    training = Training(rounding=2.0**-24)
    optimizer = SGD(training.model.parameters(), lr=0.5)
    optimizer.zero_grad = lambda: None
    training.run(optimizer, steps=6)
    assert training.kinds() == {"broken symmetry"}


def test_the_remedy_and_the_figures_are_in_words():
    training = Training()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    training.run(optimizer, penalty=lambda model, logits: model[3].weight.abs().sum())
    assert "times what rounding explains" in training.alarms[0].found
    assert "penalty in the loss" in training.alarms[0].remedy
