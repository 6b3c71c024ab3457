"""A tape shows what ran, whatever way it was written, and leaves no trace on the model."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.structure.record import record
from netwright.structure.tape import Tape


def _tape(model: nn.Module, *inputs: Tensor) -> Tape:
    return record(model, lambda: model(*inputs), inputs)


def _names(tape: Tape) -> list[str]:
    return [operation.name for operation in tape.operations]


class _Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(torch.relu(self.layer(x)))


class _Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad: Tensor) -> Tensor:
        return 2 * ctx.saved_tensors[0] * grad


class _OwnGradient(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        return _Square.apply(self.layer(x))


def test_functions_methods_and_operators_have_one_name():
    class Ways(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.relu(x) + functional.relu(x) + x.relu() + 2 / (1 - x)

    assert _names(_tape(Ways(), torch.ones(2))) == ["relu", "relu", "add", "relu", "add", "rsub", "rdiv", "add"]


def test_a_reused_module_meets_its_parameter_twice():
    tape = _tape(_Twice(), torch.ones(2, 3))
    weight = tape.parameters["layer.weight"]
    assert [operation.name for operation in weight.users] == ["linear", "linear"]
    assert [operation.module for operation in tape.operations] == ["layer", "", "layer"]


def test_a_tied_parameter_has_its_first_name():
    net = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False))
    net[1].weight = net[0].weight
    assert set(_tape(net, torch.ones(2, 3)).parameters) == {"0.weight"}


def test_what_overwrites_memory_makes_a_new_value():
    class Inplace(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            y = x * 2
            y[:, 0] = 0
            y += 1
            return y.relu_()

    tape = _tape(Inplace(), torch.ones(2, 3))
    assert _names(tape) == ["mul", "setitem", "add", "relu"]
    assert tape.operations[3].inputs[0] is tape.operations[2].outputs[0]
    assert tape.result is tape.operations[3].outputs[0]


def test_a_view_of_overwritten_memory_is_not_trusted():
    class Stale(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            y = x * 2
            view = y[:, 1:]
            y.mul_(3)
            return view + 0

    tape = _tape(Stale(), torch.ones(2, 3))
    assert "overwritten" in _names(tape)
    assert tape.operations[-1].inputs[0].maker.name == "overwritten"


def test_a_function_with_its_own_gradient_is_seen_through():
    net = nn.Sequential(nn.Linear(3, 3), _OwnGradient(), nn.ReLU())
    assert _names(_tape(net, torch.ones(2, 3))) == ["linear", "linear", "mul", "relu"]


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_code_out_of_sight_becomes_one_operation_of_its_module():
    hidden = torch.jit.script(nn.Sequential(nn.Linear(3, 3), nn.GELU()))
    tape = _tape(nn.Sequential(nn.Linear(3, 3), hidden, nn.ReLU()), torch.ones(2, 3))
    assert _names(tape) == ["linear", "untraced", "relu"]
    dark = tape.operations[1]
    assert dark.module == "1"
    assert {value.name for value in dark.inputs if value.origin == "parameter"} == {"1.0.weight", "1.0.bias"}
    assert tape.operations[0].outputs[0] in dark.inputs
    assert tape.operations[2].inputs[0] is dark.outputs[0]


def test_buffers_random_state_and_gradients_stay_as_they_were():
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    random = torch.random.get_rng_state()
    _tape(net, torch.randn(5, 3, generator=torch.Generator().manual_seed(0)))
    assert all(torch.equal(before[name], tensor) for name, tensor in net.state_dict().items())
    assert torch.equal(random, torch.random.get_rng_state())
    assert all(weight.grad is None for weight in net.parameters())


def test_hooks_are_gone_after_an_error():
    class Broken(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        _tape(Broken(), torch.ones(1))
    assert not torch.nn.modules.module._global_forward_pre_hooks
    assert not torch.nn.modules.module._global_forward_hooks


@pytest.mark.parametrize("mask", [None, torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)])
@pytest.mark.parametrize("separate", [False, True])
def test_multi_head_attention_is_seen_through_and_computes_the_same(mask: Tensor | None, separate: bool):
    sizes = {"kdim": 6, "vdim": 4} if separate else {}
    net = nn.MultiheadAttention(8, 2, **sizes)
    q = torch.randn(5, 3, 8)
    k, v = (torch.randn(5, 3, 6), torch.randn(5, 3, 4)) if separate else (q, q)
    tape = record(net, lambda: net(q, k, v, attn_mask=mask)[0], (q, k, v))
    assert _names(tape).count("linear") == 4
    assert "scaled_dot_product_attention" in _names(tape)
    torch.testing.assert_close(tape.result.tensor, net(q, k, v, attn_mask=mask)[0])
