"""Every rule against the derivative of its function: what it lets through shifts outputs as their classes allow."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from netwright.dynamics.shifts.pattern import FROZEN, dense, grouped
from netwright.dynamics.shifts.rules import ABSORBERS, RULES
from netwright.dynamics.shifts.walk import pulled
from netwright.structure.record import record

CONSTANT = torch.tensor([1.0, 1.0, 2.0, 2.0])
TOKENS = torch.tensor([[0, 2, 1], [3, 3, 0]])
CAUSAL = torch.ones(3, 3).tril() == 0
QUERY = torch.linspace(-1, 2, 18).double().reshape(2, 3, 3)
RUNNING = (torch.linspace(-1, 1, 4).double(), torch.linspace(0.5, 2, 4).double())

CASES = {
    "linear": (functional.linear, (2, 3, 4), (5, 4), (5,)),
    "addmm": (torch.addmm, (5,), (3, 4), (4, 5)),
    "matmul, batches": (torch.matmul, (2, 3, 4), (2, 4, 5)),
    "matmul, one batch": (torch.matmul, (2, 2, 3, 4), (4, 5)),
    "matmul, broadcast batch": (torch.matmul, (2, 1, 3, 4), (2, 4, 5)),
    "matrix times vector": (torch.matmul, (3, 4), (4,)),
    "bmm": (torch.bmm, (2, 3, 4), (2, 4, 3)),
    "einsum, scores": (lambda q, k: torch.einsum("bhid,bhjd->bhij", q, k), (2, 2, 3, 4), (2, 2, 3, 4)),
    "einsum, projection": (lambda x, w: torch.einsum("btd,hdk->bhtk", x, w), (2, 3, 4), (2, 4, 3)),
    "embedding": (lambda w: functional.embedding(TOKENS, w), (4, 5)),
    "conv1d": (functional.conv1d, (2, 3, 6), (4, 3, 2), (4,)),
    "conv2d, padded": (lambda x, w: functional.conv2d(x, w, padding=1), (2, 2, 3, 3), (3, 2, 2, 2)),
    "conv2d, groups, stride, dilation": (
        lambda x, w, b: functional.conv2d(x, w, b, stride=2, dilation=2, groups=2), (2, 4, 5, 5), (6, 2, 2, 2), (6,),
    ),
    "conv2d, same": (lambda x, w: functional.conv2d(x, w, padding="same"), (1, 2, 3, 3), (2, 2, 3, 1)),
    "conv3d": (functional.conv3d, (1, 2, 3, 3, 3), (2, 2, 2, 2, 2), (2,)),
    "conv_transpose2d": (functional.conv_transpose2d, (1, 2, 3, 3), (2, 3, 2, 2), (3,)),
    "max_pool2d": (lambda x: functional.max_pool2d(x, 2), (2, 2, 4, 4)),
    "avg_pool2d": (lambda x: functional.avg_pool2d(x, 2), (2, 2, 4, 4)),
    "avg_pool2d, overlapping": (lambda x: functional.avg_pool2d(x, 3, 1), (1, 2, 4, 4)),
    "adaptive_avg_pool2d": (lambda x: functional.adaptive_avg_pool2d(x, 1), (2, 2, 4, 4)),
    "adaptive_avg_pool1d, uneven": (lambda x: functional.adaptive_avg_pool1d(x, 3), (2, 2, 5)),
    "interpolate": (lambda x: functional.interpolate(x, scale_factor=2, mode="bilinear"), (1, 2, 3, 3)),
    "mean": (lambda x: x.mean((0, 2)), (2, 3, 2)),
    "sum": (lambda x: x.sum(-1, keepdim=True), (2, 3)),
    "logsumexp": (lambda x: x.logsumexp(1), (2, 3)),
    "add": (torch.add, (2, 3), (3,)),
    "add, alpha": (lambda x, y: torch.add(x, y, alpha=-2), (2, 1), (2, 3)),
    "subtract": (torch.sub, (2, 3), (1, 3)),
    "multiply": (torch.mul, (2, 3), (3,)),
    "multiply by constants": (lambda x: x * CONSTANT, (2, 4)),
    "divide": (torch.div, (2, 3), (2, 1)),
    "batch_norm, evaluation": (lambda x, w, b: functional.batch_norm(x, *RUNNING, w, b), (3, 4), (4,), (4,)),
    "attention": (functional.scaled_dot_product_attention, (2, 3, 4), (2, 3, 4), (2, 3, 4)),
    "attention, grouped": (
        lambda q, k, v: functional.scaled_dot_product_attention(q, k, v, enable_gqa=True),
        (1, 4, 3, 2), (1, 2, 3, 2), (1, 2, 3, 2),
    ),
    "attention, learned mask": (functional.scaled_dot_product_attention, (2, 3, 4), (2, 3, 4), (2, 3, 4), (3, 3)),
    "permute": (lambda x: x.permute(2, 0, 1), (2, 3, 2)),
    "split": (lambda x: x.split(2, 1), (2, 5)),
    "pad": (lambda x: functional.pad(x, (1, 0), value=3.0), (2, 3)),
    "reflected pad": (lambda x: functional.pad(x, (2, 1), mode="reflect"), (1, 2, 4)),
    "cat": (lambda x, y: torch.cat([x, y], 1), (2, 2), (2, 3)),
    "pick": (lambda x: x[:, 0], (2, 3)),
    "repeat": (lambda x: x.repeat(2, 2), (2, 2)),
    "roll": (lambda x: x.roll(1, 1), (2, 3)),
    "channel shuffle": (lambda x: functional.channel_shuffle(x, 2), (1, 4, 2, 2)),
    "mask": (lambda x: x.masked_fill(CAUSAL, 2.0), (3, 3)),
    "where": (lambda x, y: torch.where(CAUSAL, x, y), (3, 3), (3, 3)),
    "tril": (torch.tril, (3, 3)),
}  # fmt: skip
"""Functions with the shapes of what they take."""

TAKERS = {
    "softmax": (lambda x: x.softmax(1), (2, 3, 2)),
    "log_softmax": (lambda x: functional.log_softmax(x, dim=-1), (2, 3)),
    "cross_entropy": (
        lambda x: functional.cross_entropy(x, torch.tensor([0, 2]), RUNNING[1][:3], label_smoothing=0.1), (2, 3),
    ),
    "cross_entropy, images": (lambda x: functional.cross_entropy(x, TOKENS % 2), (2, 2, 3)),
    "cross_entropy, ignored": (lambda x: functional.cross_entropy(x, torch.tensor([0, -100])), (2, 3)),
    "layer_norm": (lambda x: functional.layer_norm(x, (3, 2), eps=0.5), (2, 3, 2)),
    "group_norm": (lambda x: functional.group_norm(x, 2), (2, 4, 3)),
    "instance_norm": (functional.instance_norm, (2, 3, 4)),
    "batch_norm": (lambda x: functional.batch_norm(x, None, None, training=True), (4, 3)),
    "var": (lambda x: x.var(1), (2, 4)),
    "centred": (lambda x: x - x.mean(-1, keepdim=True), (2, 4)),
    "centred over all": (lambda x: x - x.mean(), (2, 4)),
    "log-softmax by hand": (lambda x: x - x.logsumexp(1)[:, None], (2, 4)),
    "attention's keys": (lambda k: functional.scaled_dot_product_attention(QUERY, k, QUERY), (2, 3, 3)),
}  # fmt: skip
"""Functions that absorb shifts of what they take, and its shape."""


class Function(nn.Module):
    """A function of parameters."""

    def __init__(self, function, shapes):
        super().__init__()
        torch.manual_seed(1)
        self.function = function
        self.taken = nn.ParameterList(nn.Parameter(torch.randn(shape, dtype=torch.float64)) for shape in shapes)

    def forward(self):
        return self.function(*self.taken)


def parameters(op):
    return frozenset(value for value in op.inputs if value.origin == "parameter")


def moved(function, taken, at, shift):
    """Return how all outputs move as one argument does: the step need not be small where nothing but constants come."""

    def outputs(*values):
        result = function(*values)
        return result if isinstance(result, tuple | list) else (result,)

    with torch.no_grad():
        after = outputs(*(value + shift if place == at else value for place, value in enumerate(taken)))
        return [new - old for new, old in zip(after, outputs(*taken), strict=True)]


def partitions(shape, seed):
    """Return partitions of outputs: by dimensions, and by chance."""
    generator = torch.Generator().manual_seed(seed)
    dims = range(len(shape))
    yield from (grouped(shape, tuple(d for d in dims if 1 << d & which)).clone() for which in range(1 << len(shape)))
    for classes in (2, 4):
        yield torch.randint(-1, classes, shape, generator=generator)


@pytest.fixture(autouse=True)
def double():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("name", CASES)
def test_what_goes_through_shifts_outputs_by_classes(name):
    function, *shapes = CASES[name]
    model = Function(function, shapes)
    op = record(model, model, ()).operations[-1]
    assert op.name in RULES
    several = list(zip(*(partitions(out.shape, at) for at, out in enumerate(op.outputs)), strict=False))
    lively = 0
    for outs in several:
        for value, pattern in pulled(op, list(outs), parameters(op)):
            at = next(place for place, parameter in enumerate(model.taken) if parameter is value.tensor)
            ids = dense(pattern, value.shape)
            for number in ids[ids > 0].unique():
                lively += 1
                shifts = moved(function, list(model.taken), at, (ids == number).double())
                for shift, out in zip(shifts, outs, strict=True):
                    allowed(shift, out)
    assert lively


def allowed(shift, ids):
    """Check that a shift vanishes where it must and is the same within classes."""
    assert not (shift[ids == FROZEN].abs() > 1e-12).any()
    for number in ids[ids > 0].unique():
        part = shift[ids == number]
        assert float(part.max() - part.min()) < 1e-12


@pytest.mark.parametrize("name", TAKERS)
def test_what_is_absorbed_shifts_nothing(name):
    function, shape = TAKERS[name]
    model = Function(function, [shape])
    op = record(model, model, ()).operations[-1]
    assert op.name in ABSORBERS
    found = [pattern for value, pattern in pulled(op, [None], parameters(op))]
    ids = dense(found[0], shape)
    assert bool((ids > 0).all())
    for number in ids.unique():
        for shift in moved(function, list(model.taken), 0, (ids == number).double()):
            assert float(shift.abs().max()) < 1e-12
