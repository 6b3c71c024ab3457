import pytest
import torch
from torch import nn

from netwright.records.candidate import OPTIMIZERS, Recipe
from netwright.training.optimizers import make_optimizer


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_of_a_recipe_can_be_made_and_lowers_a_loss(name):
    parameter = nn.Parameter(torch.tensor([3.0, -2.0]))
    optimizer = make_optimizer([parameter], Recipe(optimizer=name, lr=0.05, weight_decay=0.0))
    for _ in range(200):
        optimizer.zero_grad()
        (parameter**2).sum().backward()
        optimizer.step()
    assert parameter.abs().max() < 0.1


def test_sgd_is_momentum_with_an_l2_penalty():
    parameter = nn.Parameter(torch.tensor([2.0], dtype=torch.float64))
    optimizer = make_optimizer([parameter], Recipe(lr=0.1, momentum=0.5, weight_decay=0.01))
    weight, velocity = 2.0, 0.0
    for _ in range(5):
        optimizer.zero_grad()
        parameter.sum().backward()
        optimizer.step()
        velocity = 0.5 * velocity + 1.0 + 0.01 * weight
        weight -= 0.1 * velocity
        assert parameter.item() == pytest.approx(weight, rel=1e-12)


def test_adamw_decays_apart_from_the_gradient():
    parameters = {name: nn.Parameter(torch.ones(1)) for name in ("adam", "adamw")}
    for name, parameter in parameters.items():
        optimizer = make_optimizer([parameter], Recipe(optimizer=name, lr=0.1, weight_decay=0.5))
        parameter.grad = torch.zeros(1)
        optimizer.step()
    # without a gradient AdamW only shrinks, by lr * decay; Adam turns the penalty into a full step of lr
    assert parameters["adamw"].item() == pytest.approx(0.95)
    assert parameters["adam"].item() == pytest.approx(0.9)
