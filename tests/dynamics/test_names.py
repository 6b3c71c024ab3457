import pytest
import torch
from torch import nn
from torch.nn.parallel import DataParallel

from netwright.dynamics.names import resolve, unwrap
from netwright.records.errors import ModelError


class Holder(nn.Module):
    """A module whose own part is called `module`."""

    def __init__(self):
        super().__init__()
        self.module = nn.Linear(2, 1)
        self.weight = nn.Parameter(torch.zeros(3))


def test_wrappings_are_taken_off_however_they_are_nested():
    layer = nn.Linear(2, 1)
    assert unwrap(torch.compile(DataParallel(torch.compile(layer, backend="eager")), backend="eager")) is layer


def test_a_part_that_is_called_module_keeps_its_name():
    holder = Holder()
    found = resolve(DataParallel(holder), ["module.weight", "weight"])
    assert found["module.weight"] is holder.module.weight
    assert found["weight"] is holder.weight


def test_compiled_parts_are_found():
    model = nn.Sequential(nn.Linear(2, 1))
    model[0] = torch.compile(model[0], backend="eager")
    assert list(resolve(model, ["0.weight"])) == ["0.weight"]


def test_tied_parameters_are_found_by_either_name():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    assert resolve(model, ["1.weight"])["1.weight"] is model[0].weight


def test_missing_names_are_named():
    with pytest.raises(ModelError, match=r"the symmetries move up\.weight, which the model lacks; it has weight, bias"):
        resolve(nn.Linear(2, 1), ["weight", "up.weight"])
