"""Normalisations with their scale held: linear, and equal to the real ones at the point."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netwright.anatomy.held_norm import held_norm
from netwright.records.errors import ModelError


def _random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _filled(norm):
    with torch.no_grad():
        for parameter in norm.parameters():
            parameter.copy_(_random(*parameter.shape, seed=5))
    return norm.double()


def _llama():
    from transformers.models.llama.modeling_llama import LlamaRMSNorm

    return LlamaRMSNorm(6, eps=1e-5)


NORMS = {
    "LayerNorm": lambda: nn.LayerNorm(6, eps=1e-3),
    "LayerNorm without bias": lambda: nn.LayerNorm(6, bias=False),
    "LayerNorm without weights": lambda: nn.LayerNorm(6, elementwise_affine=False),
    "RMSNorm": lambda: nn.RMSNorm(6),
    "Llama's": _llama,
}


@pytest.mark.parametrize("make", NORMS.values(), ids=NORMS)
@given(seed=st.integers(0, 100), share=st.floats(-2, 2))
def test_parts_add_up_to_what_the_norm_makes_of_their_sum(make, seed, share):
    norm, x, other = _filled(make()), _random(3, 6, seed=seed), _random(3, 6, seed=seed + 1)
    held = held_norm("norm", norm, x)
    with torch.no_grad():
        whole = norm(x)
    # Llama's works in float32 inside
    close = 1e-5 if "Llama" in type(norm).__name__ else 1e-12
    parts = held.carry(share * x + other) + held.carry((1 - share) * x - other) + held.shift
    torch.testing.assert_close(parts, whole, rtol=0, atol=close)


@pytest.mark.parametrize("make", NORMS.values(), ids=NORMS)
def test_pulling_is_the_transpose_of_carrying(make):
    held = held_norm("norm", _filled(make()), _random(3, 6))
    part, reader = _random(3, 6, seed=1), _random(3, 6, seed=2)
    torch.testing.assert_close((held.pull(reader) * part).sum(1), (reader * held.carry(part)).sum(1))


class _PlusOne(nn.Module):
    """A root-mean-square norm whose weight counts from 1, as Gemma's does."""

    def __init__(self):
        super().__init__()
        self.eps, self.weight = 1e-6, nn.Parameter(torch.ones(6, dtype=torch.float64))

    def forward(self, x):
        return x * (x.square().mean(-1, keepdim=True) + self.eps).rsqrt() * (1 + self.weight)


@pytest.mark.parametrize("norm", [_PlusOne(), nn.Identity(), nn.Tanh()])
def test_what_acts_otherwise_is_refused(norm):
    with pytest.raises(ModelError, match=r"final.norm .* does not act as"):
        held_norm("final.norm", norm, _random(3, 6))
