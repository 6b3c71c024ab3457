import math
from itertools import islice

import pytest
import torch
from torch import nn

from netwright.records.errors import DivergedError
from netwright.records.step import Step
from netwright.training.loop import train
from netwright.training.losses import classification_loss


def problem(samples=12):
    generator = torch.Generator().manual_seed(0)
    batches = [
        (torch.randn(samples, 5, generator=generator), torch.randint(0, 3, (samples,), generator=generator))
        for _ in range(6)
    ]
    model = nn.Linear(5, 3)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return model, batches


def test_it_is_gradient_descent():
    model, batches = problem()
    steps = list(train(model, batches, classification_loss, torch.optim.SGD(model.parameters(), lr=0.1)))

    reference, _ = problem()
    for (inputs, labels), step in zip(batches, steps, strict=True):
        log_p = (inputs @ reference.weight.T + reference.bias).log_softmax(1)
        loss = -log_p[torch.arange(len(labels)), labels].mean()
        gradients = torch.autograd.grad(loss, list(reference.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(reference.parameters(), gradients, strict=True):
                parameter.sub_(0.1 * gradient)
        assert step.loss == pytest.approx(loss.item(), rel=1e-6)
    assert torch.allclose(model.weight, reference.weight, atol=1e-6)
    assert [step.index for step in steps] == list(range(6))
    assert {step.samples for step in steps} == {12}


def test_the_rate_of_a_step_is_the_one_it_was_made_with():
    model, batches = problem()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    rates = [step.lr for step in train(model, batches, classification_loss, optimizer, schedule.step)]
    assert rates == [0.5**i for i in range(6)]


def test_stopping_the_iteration_stops_the_training():
    model, batches = problem()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    called = []
    steps = train(model, batches, classification_loss, optimizer, lambda: called.append(1))
    assert len(list(islice(steps, 2))) == 2
    weights = model.weight.clone()
    steps.close()
    assert len(called) == 2
    assert torch.equal(model.weight, weights)


def test_the_model_is_in_training_mode():
    model, batches = problem()
    model.eval()
    next(train(model, batches, classification_loss, torch.optim.SGD(model.parameters(), lr=0.1)))
    assert model.training


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_names_its_step_and_value_and_spoils_no_weight(bad):
    model, batches = problem()
    batches[2] = (batches[2][0] * bad, batches[2][1])
    done = []
    with pytest.raises(DivergedError, match=r"the loss became nan at step 2; lower the learning rate"):
        done.extend(train(model, batches, classification_loss, torch.optim.SGD(model.parameters(), lr=0.1)))
    assert torch.isfinite(model.weight).all()


def test_no_batches_make_no_steps():
    model, _ = problem()
    assert list(train(model, [], classification_loss, torch.optim.SGD(model.parameters(), lr=0.1))) == []


def test_a_step_is_small_and_closed():
    assert not hasattr(Step(0, 1.0, 2, 0.1), "__dict__")
