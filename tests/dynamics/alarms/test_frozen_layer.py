import torch
from tests.dynamics.alarms.trainings import Training
from torch import nn
from torch.optim import SGD


class Detached(nn.Module):
    """A layer whose output is cut off from the graph."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x).detach()


def test_a_layer_without_requires_grad_is_told_with_its_charges():
    training = Training()
    for module in (training.model[0], training.model[1]):
        module.requires_grad_(False)
    training.run(SGD(training.model.parameters(), lr=0.05), steps=4)
    assert [(alarm.kind, alarm.place) for alarm in training.alarms] == [
        ("frozen layer", "0.weight"),
        ("frozen layer", "1"),
    ]
    assert "requires_grad is False" in training.alarms[0].found
    assert "108 elements" in training.alarms[0].found
    assert "6 charges" in training.alarms[0].found


def test_a_layer_behind_a_detach_is_told_after_three_looks():
    whole = Training()
    model = nn.Sequential(Detached(whole.model[0]), *whole.model[1:])
    training = Training(model)
    training.run(SGD(model.parameters(), lr=0.05), steps=2)
    assert training.alarms == []
    training.run(SGD(model.parameters(), lr=0.05), steps=2)
    assert [(alarm.kind, alarm.place, alarm.step) for alarm in training.alarms] == [
        ("frozen layer", "0.layer.weight", 3)
    ]
    assert "no gradient reaches it" in training.alarms[0].found


def test_a_gradient_of_exactly_zero_is_told_with_what_decay_does():
    training = Training()
    training.families = ()
    multiplied = training.model[8].weight
    training.run(
        SGD(training.model.parameters(), lr=0.05, weight_decay=0.1),
        steps=4,
        clip=lambda model: multiplied.grad.zero_(),
    )
    assert [(alarm.kind, alarm.place) for alarm in training.alarms] == [("frozen layer", "8.weight")]
    assert "exactly 0" in training.alarms[0].found
    assert "weight decay alone still shrinks it" in training.alarms[0].found


def test_a_scale_that_starts_at_zero_freezes_nothing():
    training = Training()
    nn.init.zeros_(training.model[4].weight)
    nn.init.zeros_(training.model[4].bias)
    nn.init.ones_(training.model[4].bias)
    training.run(SGD(training.model.parameters(), lr=0.05), steps=10)
    assert training.alarms == []


def test_a_layer_that_rests_after_it_has_learned_is_not_frozen():
    training = Training()
    training.families = ()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    training.run(optimizer, steps=2)
    with torch.no_grad():
        training.run(optimizer, steps=0)
    training.run(optimizer, steps=6, clip=lambda model: model[8].bias.grad.zero_())
    assert training.alarms == []
