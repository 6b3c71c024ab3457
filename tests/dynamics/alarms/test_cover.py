from torch import nn

from netwright.dynamics.alarms.cover import cover, listed


def test_a_whole_model_is_one_place_and_a_lone_weight_goes_by_its_name():
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2)))
    names = [name for name, _ in model.named_parameters()]
    assert cover(model, names) == {"model": tuple(names)}
    assert cover(model, names[2:]) == {"1": tuple(names[2:])}
    assert cover(model, names[2:3]) == {"1.0.weight": ("1.0.weight",)}
    assert cover(model, []) == {}
    assert listed(names) == "0.weight, 0.bias, 1.0.weight, 1.1.weight and 1 more"
