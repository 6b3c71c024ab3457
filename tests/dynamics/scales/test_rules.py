"""Every rule against its function: values that scale as labelled give a result that scales as labelled."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.dynamics.scales.label import Label, Term
from netwright.dynamics.scales.rules import follow
from netwright.dynamics.scales.solve import solve
from netwright.dynamics.scales.walk import Walk
from netwright.structure.record import record

TINY = 1e-30
Call = Callable[..., Tensor]


def _draw(*shapes: tuple[int, ...]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]


def _scale(label: Label, shape: tuple[int, ...], solution: np.ndarray) -> Tensor:
    total = torch.zeros(shape, dtype=torch.float64)
    for term in label.terms:
        total = total + term.factor * torch.from_numpy(solution)[term.ids.clamp(min=0)].expand(shape)
    return total.exp()


def _freedom(call: Call, inputs: list[Tensor], parameters: int) -> int:
    """Check a call at random solutions of its equations, and return how many directions are free.

    The last of the inputs are parameters, which scale by rows and columns; the others scale element by element.
    """
    tape = record(nn.Module(), lambda: call(*inputs), inputs)
    walk = Walk()
    values = {id(value.tensor): value for operation in tape.operations for value in operation.inputs}
    given = [values[id(tensor)] for tensor in inputs]
    for at, value in enumerate(given):
        if at >= len(given) - parameters:
            value.origin, value.name = "parameter", f"parameter {at}"
        else:
            value.origin = "computed"
            walk.labels[value] = Label((Term(walk.system.fresh(*value.shape)),))
    for operation in tape.operations:
        follow(walk, operation)
    matrix = solve(walk.system).matrix
    before = call(*inputs)
    for seed in range(3):
        solution = matrix @ np.random.default_rng(seed).normal(0, 0.4, matrix.shape[1])
        scaled = [x * _scale(walk.raw(value), value.shape, solution) for x, value in zip(inputs, given, strict=True)]
        wanted = before * _scale(walk.raw(tape.result), tuple(before.shape), solution)
        torch.testing.assert_close(call(*scaled), wanted, rtol=1e-9, atol=1e-9)
    return matrix.shape[1]


def _written(x: Tensor, y: Tensor) -> Tensor:
    copy = x.clone()
    copy[:, 2] = y
    return copy


X = (2, 6, 5)
IMAGE = (2, 4, 6, 6)

# name, the call, the shapes that it takes, how many directions are free by hand
CASES: list[tuple[str, Call, list[tuple[int, ...]], int]] = [
    ("relu", torch.relu, [X], 60),
    ("leaky relu", lambda x: functional.leaky_relu(x, 0.2), [X], 60),
    ("clamp at 0", lambda x: x.clamp(min=0), [X], 60),
    ("clamp at 1", lambda x: x.clamp(max=1), [X], 0),
    ("gelu", functional.gelu, [X], 0),
    ("negation and casts", lambda x: -x.to(torch.float64).contiguous(), [X], 60),
    ("sum with itself turned", lambda x: x + x.flip(2), [X], 36),
    ("sum", torch.add, [X, X], 60),
    ("broadcast sum", torch.add, [X, (5,)], 5),
    ("sum with a number", lambda x: x + 1, [X], 0),
    ("sum with zeros", lambda x: x + torch.zeros(X, dtype=torch.float64), [X], 60),
    ("product", torch.mul, [X, X], 120),
    ("quotient", torch.div, [X, (6, 1)], 66),
    ("a number over", lambda x: 2 / x, [X], 60),
    ("square", lambda x: x**2, [X], 60),
    ("root of a square", lambda x: (x * x).sqrt(), [X], 60),
    ("mean", lambda x: x.mean(1), [X], 10),
    ("mean of all", lambda x: x.mean(), [X], 1),
    ("variance", lambda x: x.var(-1, keepdim=True), [X], 12),
    ("largest", lambda x: x.amax((0, 2)), [X], 6),
    ("length", lambda x: x.norm(dim=2), [X], 12),
    ("own norm", lambda x: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + TINY), [X], 12),
    ("own centred norm", lambda x: (x - x.mean(-1, keepdim=True)) / x.std(-1, keepdim=True), [X], 12),
    ("unit vectors", lambda x: functional.normalize(x, dim=2, eps=TINY), [X], 12),
    ("linear map of values", functional.linear, [X, (3, 5)], 5 + 2),
    ("matrix product", torch.matmul, [X, (5, 4)], 5 + 2),
    ("matrix and vector", torch.matmul, [(4, 5), (5,)], 5 + 1),
    ("stacked matrices", torch.bmm, [(2, 3, 4), (2, 4, 5)], 2 * (4 + 1)),
    ("largest in windows", lambda x: functional.max_pool2d(x, 2), [IMAGE], 8),
    ("mean in windows", lambda x: functional.avg_pool2d(x, 2), [IMAGE], 8),
    ("mean of maps", lambda x: functional.adaptive_avg_pool2d(x, 1), [IMAGE], 8),
    ("padding with zeros", lambda x: functional.avg_pool1d(functional.pad(x, (1, 1)), 2), [X], 12),
    ("padding with ones", lambda x: functional.avg_pool1d(functional.pad(x, (1, 1), value=1.0), 2), [X], 0),
    ("reflection", lambda x: functional.pad(x, (1, 1), mode="reflect"), [X], 60),
    ("concatenation", lambda x, y: torch.cat([x, y], 1).mean(1), [X, X], 10),
    ("shuffle", lambda x: x.view(2, 2, 3, 5).transpose(1, 2).reshape(2, 6, 5)[:, 1:3].chunk(2, 1)[0], [X], 60),
    ("written into", _written, [X, (2, 5)], 70),
    ("layer norm", lambda x: functional.layer_norm(x, (5,), eps=TINY), [X], 12),
    ("layer norm with gains", lambda x, w, b: functional.layer_norm(x, (5,), w, b, TINY), [X, (5,), (5,)], 12 + 5),
    ("rms norm", lambda x, w: functional.rms_norm(x, (5,), w, TINY), [X, (5,)], 12 + 5),
    ("group norm", lambda x: functional.group_norm(x, 3, eps=TINY), [X], 6),
    ("batch norm", lambda x: functional.batch_norm(x, None, None, training=True, eps=TINY), [X], 6),
    ("instance norm", lambda x: functional.instance_norm(x, eps=TINY), [X], 12),
    ("choice", lambda x, y: torch.where(torch.arange(5) > 2, x, y), [X, X], 60),
    ("masked", lambda x: x.masked_fill(torch.arange(5) > 2, 0.0), [X], 60),
    ("softmax", lambda x: x.softmax(1), [X], 0),
    ("weights of unit length", lambda v, g: torch._weight_norm(v, g, 0), [(4, 3), (4, 1)], 8),
    ("attention", functional.scaled_dot_product_attention, [(1, 2, 3, 4), (1, 2, 5, 4), (1, 2, 5, 4)], 2 * 4 + 2 * 4),
]  # fmt: skip


# the same, the arguments after the first being parameters
LAYERS: list[tuple[str, Call, list[tuple[int, ...]], int]] = [
    ("linear", functional.linear, [X, (3, 5), (3,)], 5 + 3),
    ("own linear", lambda x, w: x @ w.t(), [X, (3, 5)], 5 + 3),
    ("packed", lambda x, w: functional.linear(x, w.split(2)[1]), [X, (4, 5)], 5 + 4),
    ("conv1d of transformers", lambda x, w, b: torch.addmm(b, x, w), [(3, 5), (5, 4), (4,)], 5 + 4),
    ("stack of experts", torch.matmul, [(2, 3, 4), (2, 4, 5)], 2 * (4 + 5)),
    ("convolution", lambda x, w, b: functional.conv2d(x, w, b, padding=1), [IMAGE, (6, 4, 3, 3), (6,)], 4 + 6),
    ("convolution in 3D", functional.conv3d, [(2, 4, 3, 3, 3), (6, 4, 2, 2, 2)], 4 + 6),
    ("grouped convolution", lambda x, w: functional.conv2d(x, w, groups=2), [IMAGE, (6, 2, 3, 3)], 4 + 6),
    ("depthwise convolution", lambda x, w: functional.conv2d(x, w, groups=4), [IMAGE, (4, 1, 3, 3)], 4 + 4),
    ("transposed convolution", functional.conv_transpose2d, [IMAGE, (4, 3, 2, 2)], 4 + 3),
    ("one output", functional.linear, [X, (1, 5)], 5 + 1),
    ("one input", functional.linear, [(2, 6, 1), (3, 1)], 12 + 3),
    ("bias of one channel each", torch.add, [X, (5,)], 5),
    ("position table", torch.add, [X, (1, 6, 5)], 6 + 5 - 1),
    ("gain", torch.mul, [X, (5,)], 60 + 5),
    ("slopes", functional.prelu, [X, (6,)], 60),
    ("unit weights", lambda x, v, g: functional.linear(x, torch._weight_norm(v, g, 0)), [X, (3, 5), (3, 1)], 2 + 3 + 3),
]  # fmt: skip


@pytest.mark.parametrize(("call", "shapes", "free"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_scales_pass_as_the_rule_says(call: Call, shapes: list[tuple[int, ...]], free: int):
    assert _freedom(call, _draw(*shapes), 0) == free


@pytest.mark.parametrize(("call", "shapes", "free"), [case[1:] for case in LAYERS], ids=[case[0] for case in LAYERS])
def test_parameters_scale_by_rows_and_columns(call: Call, shapes: list[tuple[int, ...]], free: int):
    assert _freedom(call, _draw(*shapes), len(shapes) - 1) == free
