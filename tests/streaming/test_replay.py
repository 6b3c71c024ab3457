"""Recorded operations run anew."""

import torch
from torch import nn
from torch.nn import functional

from netwright.streaming.replay import replayed
from netwright.structure.record import record
from netwright.structure.tape import Operation


def recorded(function, x: torch.Tensor) -> Operation:
    return record(nn.Identity(), lambda: function(x), x).operations[0]


def test_what_wrote_into_its_input_makes_a_new_tensor():
    for function in (
        torch.relu_,
        lambda x: x.add_(1),
        lambda x: functional.relu(x, inplace=True),
        lambda x: x.__imul__(2),
    ):
        x = torch.tensor([-1.0, 2.0])
        operation = recorded(function, x.clone())
        given = x.clone()
        made = replayed(operation, operation.inputs[:1])(given)
        assert torch.equal(given, x)
        assert torch.equal(made, function(x.clone()))


def test_tensors_in_lists_are_taken_and_others_stay():
    one, other = torch.tensor([1.0]), torch.tensor([2.0])
    tape = record(nn.Identity(), lambda: torch.cat([one, other, one]), (one, other))
    (operation,) = tape.operations
    function = replayed(operation, [operation.inputs[0]])
    assert function(torch.tensor([7.0])).tolist() == [7.0, 2.0, 7.0]
    assert function(torch.tensor([8.0])).tolist() == [8.0, 2.0, 8.0]
    instead = replayed(operation, [operation.inputs[0]], {operation.inputs[1]: torch.tensor([5.0])})
    assert instead(torch.tensor([7.0])).tolist() == [7.0, 5.0, 7.0]
