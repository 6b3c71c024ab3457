import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW

from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.partition import part_parameters


def layers():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    model(torch.ones(4, 2)).sum().backward()
    return model, dict(model.named_parameters())


def test_groups_of_the_same_settings_are_one_part():
    model, parameters = layers()
    optimizer = SGD([{"params": model[0].parameters()}, {"params": model[1].parameters()}], lr=torch.tensor(0.5))
    (part,) = part_parameters(parameters, optimizer)
    assert part.names == set(parameters)
    assert part.settings == StepSettings(lr=0.5)


def test_what_rests_is_a_part():
    model, parameters = layers()
    optimizer = SGD(model[0].parameters(), lr=0.5, momentum=0.9)
    model[0].bias.grad = None
    moving, resting = part_parameters(parameters, optimizer)
    assert moving.names == {"0.weight"}
    assert moving.first
    assert not resting.moves
    assert resting.settings.lr == 0
    optimizer.step()
    assert not part_parameters(parameters, optimizer)[0].first


def test_only_decoupled_decay_counts_without_a_law():
    model, parameters = layers()
    for make, decay in ((Adam, 0.0), (AdamW, 0.25)):
        (part,) = part_parameters(parameters, make(model.parameters(), lr=0.5, weight_decay=0.25))
        assert part.settings == StepSettings(lr=0.5, weight_decay=decay)
        assert not part.first
