"""Coordinates are followed to where they really go: a layer that returns its row numbers shows them."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dynamics.heads.test_propose import Hand
from torch import Tensor, nn
from torch.nn import functional

from netwright.dynamics.heads.follow import follow
from netwright.dynamics.heads.trail import Trail
from netwright.structure.record import record

MOVES = {
    "transpose": lambda y: y.transpose(0, -1),
    "reshape": lambda y: y.reshape(-1, 4) if y.numel() % 4 == 0 else y.flatten(),
    "flip": lambda y: y.flip(-1),
    "roll": lambda y: y.roll(1, 0),
    "repeat": lambda y: y.repeat(2, *[1] * (y.dim() - 1)),
    "expand": lambda y: y[None].expand(3, *y.shape),
    "drop": lambda y: y[:, :2] if y.dim() > 1 else y[:2],
    "cat": lambda y: torch.cat([y, y.flip(0)], -1),
    "chunk": lambda y: y.chunk(2, -1)[0],
    "unbind": lambda y: y.unbind(0)[0] if y.dim() > 1 else y,
    "cast": lambda y: y.double().float(),
    "stack": lambda y: torch.stack([y, y], 1),
    "T": lambda y: y.mT if y.dim() > 1 else y,
}


def _numbered(layer: nn.Linear) -> nn.Linear:
    """Return a layer whose output is the number of each row, whatever comes in."""
    with torch.no_grad():
        layer.weight.zero_()
        layer.bias.copy_(torch.arange(len(layer.bias)))
    return layer


def _shown(trail: Trail) -> int:
    """Check every value that holds coordinates against what it is; return how many there are."""
    for value, layout in trail.layouts.items():
        rows = torch.tensor([trail.legs.at(number)[1] for number in layout.ids.flatten().tolist()])
        assert torch.allclose(value.tensor.flatten().double(), rows.double(), atol=1e-4)
    return len(trail.layouts)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=6))
def test_through_any_moves(names):
    class Moving(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = _numbered(nn.Linear(2, 6))

        def forward(self, x: Tensor) -> Tensor:
            y = self.layer(x)
            for name in names:
                y = MOVES[name](y)
            return y

    model, x = Moving(), torch.randn(2, 4, 2)
    tape = record(model, lambda: model(x), x)
    trail = follow(tape.operations, [tape.result])
    assert tape.result in trail.layouts
    assert _shown(trail) > len(names)


@pytest.mark.parametrize(
    "mix",
    [
        lambda weights, v: weights @ v,
        lambda weights, v: torch.einsum("bhqk,bhkd->bhqd", weights, v),
        lambda weights, v: (v.mT @ weights.mT).mT,
        lambda weights, v: functional.scaled_dot_product_attention(weights, weights, v),
    ],
    ids=["matmul", "einsum", "from the left", "fused"],
)
def test_through_attention(mix):
    model, x = Hand(mix=mix), torch.randn(2, 5, 12)
    for layer in (model.q, model.k, model.v, model.o):
        _numbered(layer)
    tape = record(model, lambda: model(x), x)
    trail = follow(tape.operations, [tape.result])
    assert tape.result in trail.layouts
    assert sum(layout.mixed for layout in trail.layouts.values()) >= 3
    assert _shown(trail) == len(trail.layouts)


def test_positions_are_kept_apart():
    model, x = _numbered(nn.Linear(2, 4)), torch.randn(3, 5, 2)
    tape = record(model, lambda: model(x).transpose(0, 1).reshape(-1), x)
    layout = follow(tape.operations, []).layouts[tape.result]
    positions = torch.arange(15).reshape(3, 5, 1).expand(3, 5, 4).transpose(0, 1).reshape(-1)
    same = layout.shares[:, None] == layout.shares
    assert torch.equal(same, positions[:, None] == positions)
