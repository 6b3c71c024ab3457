"""Attention and gated units."""

from collections.abc import Callable

import torch
from tests.dynamics.nets.net import Net, general_linear, null, rescale, scale, translation
from torch import Tensor, nn
from torch.nn import functional

HEADS, WIDTH = 2, 4
"""Heads, and coordinates of a head; the model is 6 wide."""
INPUTS = (4, 5, 6)


class Attention(nn.Module):
    """Softmax attention, averaged over positions; fewer heads of keys than of queries where asked.

    Args:
        kv_heads: Heads of keys and values, each read by HEADS / kv_heads heads of queries.
        turned: Applied to queries and keys (batch, heads, positions, WIDTH): a rotary embedding, for one.
        query_norm: Applied to queries first.
        key_norm: Applied to keys first.
        bias: Whether the projections have biases.
    """

    def __init__(
        self,
        kv_heads: int = HEADS,
        turned: Callable[[Tensor], Tensor] = lambda x: x,
        query_norm: nn.Module | None = None,
        key_norm: nn.Module | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.kv_heads, self.turned = kv_heads, turned
        self.query = nn.Linear(6, HEADS * WIDTH, bias)
        self.key, self.value = (nn.Linear(6, kv_heads * WIDTH, bias) for _ in range(2))
        self.out = nn.Linear(HEADS * WIDTH, 6, bias)
        self.query_norm, self.key_norm = query_norm or nn.Identity(), key_norm or nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = (
            part(x).unflatten(2, (-1, WIDTH)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        query, key = self.turned(self.query_norm(query)), self.turned(self.key_norm(key))
        key, value = (part.repeat_interleave(HEADS // self.kv_heads, 1) for part in (key, value))
        weights = (query @ key.transpose(2, 3) / WIDTH**0.5).softmax(-1)
        return self.out((weights @ value).transpose(1, 2).flatten(2))


class TorchAttention(nn.Module):
    """nn.MultiheadAttention: queries, keys and values from one matrix (18, 6)."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(6, 2, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.attention(x, x, x, need_weights=False)[0]


class FusedAttention(nn.Module):
    """Queries, keys and values from one layer, cut apart, into the fused kernel, causal."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(6, 3 * HEADS * WIDTH), nn.Linear(HEADS * WIDTH, 6)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = (part.unflatten(2, (HEADS, WIDTH)).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=2))
        y = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.out(y.transpose(1, 2).flatten(2))


class Gated(nn.Module):
    """down(activation(gate(x)) * up(x))."""

    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        self.gate, self.up, self.down = nn.Linear(4, 5), nn.Linear(4, 5), nn.Linear(5, 3)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        return self.down(self.activation(self.gate(x)) * self.up(x))


def rotary(x: Tensor) -> Tensor:
    """Turn coordinates (i, i + d/2) of position t by t / 10^(2 i / d) (Su et al. 2021, equation 34)."""
    half = x.shape[-1] // 2
    positions = torch.arange(x.shape[-2], dtype=x.dtype)[:, None]
    angles = positions / 10 ** (torch.arange(half, dtype=x.dtype) / half)
    one, other = x[..., :half], x[..., half:]
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([one * cos - other * sin, one * sin + other * cos], -1)


QUERY, KEY = ("query.weight", "query.bias"), ("key.weight", "key.bias")
VO = ("value.weight", "value.bias", "out.weight")


ATTENTION = (
    # q.k is kept by q -> X q, k -> X^-T k: GL(4) for each of 2 heads, 10 charges a head; values and `out` likewise.
    # A key bias adds q.b to all scores of a query, which softmax ignores: 8 null. (Weights of attention add up to 1, so
    # a shift of the value's bias is undone by `out`'s: 8 shears that only constrain.)
    Net(
        "attention",
        Attention,
        INPUTS,
        (general_linear(2, 4, *QUERY, *KEY), general_linear(2, 4, *VO), null(8, "key.bias")),
    ),
    Net(
        "nn.MultiheadAttention",
        TorchAttention,
        INPUTS,
        (
            general_linear(2, 3, "attention.in_proj_weight", "attention.in_proj_bias"),
            general_linear(2, 3, "attention.in_proj_weight", "attention.in_proj_bias", "attention.out_proj.weight"),
            null(6, "attention.in_proj_bias"),
        ),
    ),
    Net(
        "fused causal attention",
        FusedAttention,
        INPUTS,
        (
            general_linear(2, 4, "qkv.weight", "qkv.bias"),
            general_linear(2, 4, "qkv.weight", "qkv.bias", "out.weight"),
            null(8, "qkv.bias"),
        ),
    ),
    # X must commute with the turns of each pair: a multiple of a turn. The multiple has a charge: 2 pairs in each of 2
    # heads, 4. (The turn's generator is antisymmetric: it only constrains.) The key's bias is seen: it turns.
    Net(
        "attention, rotary",
        lambda: Attention(turned=rotary),
        INPUTS,
        (rescale(4, *QUERY, *KEY), general_linear(2, 4, *VO)),
    ),
    # Both heads of queries meet the same key: one X for all three, sum over heads of queries. 1 head of keys: 10 + 10.
    Net(
        "attention, grouped queries",
        lambda: Attention(kv_heads=1),
        INPUTS,
        (general_linear(1, 4, *QUERY, *KEY), general_linear(1, 4, *VO), null(4, "key.bias")),
    ),
    # One multiple for each of 2 pairs of the one head of keys.
    Net(
        "attention, grouped queries, rotary",
        lambda: Attention(kv_heads=1, turned=rotary),
        INPUTS,
        (rescale(2, *QUERY, *KEY), general_linear(1, 4, *VO)),
    ),
    # The norm divides each head of queries and of keys by its own size: 2 + 2 scales of (W, b). GL(4) is gone; gamma_q
    # and gamma_k, shared by the heads, meet coordinate by coordinate: 4. The key's bias is inside the norm: seen.
    Net(
        "attention, queries and keys through RMS norm",
        lambda: Attention(query_norm=nn.RMSNorm(WIDTH, eps=1e-6), key_norm=nn.RMSNorm(WIDTH, eps=1e-6)),
        INPUTS,
        (
            scale(2, *QUERY),
            scale(2, *KEY),
            rescale(4, "query_norm.weight", "key_norm.weight"),
            general_linear(2, 4, *VO),
        ),
    ),
    # Rotary turns after the norm join gammas in pairs: 2.
    Net(
        "attention, queries and keys through RMS norm, rotary",
        lambda: Attention(turned=rotary, query_norm=nn.RMSNorm(WIDTH, eps=1e-6), key_norm=nn.RMSNorm(WIDTH, eps=1e-6)),
        INPUTS,
        (
            scale(2, *QUERY),
            scale(2, *KEY),
            rescale(2, "query_norm.weight", "key_norm.weight"),
            general_linear(2, 4, *VO),
        ),
    ),
    # As through RMS norm; besides, each head's columns and bias may shift as a whole, (6 + 1) for 2 + 2 heads: 28;
    # (gamma_q, beta_q) meets (gamma_k, beta_k): 4; beta_k adds q.beta to all scores of a query: 4 null.
    Net(
        "attention, queries and keys through layer norm",
        lambda: Attention(query_norm=nn.LayerNorm(WIDTH), key_norm=nn.LayerNorm(WIDTH)),
        INPUTS,
        (
            scale(2, *QUERY),
            scale(2, *KEY),
            translation(14, *QUERY),
            translation(14, *KEY),
            rescale(4, "query_norm.weight", "query_norm.bias", "key_norm.weight", "key_norm.bias"),
            null(4, "key_norm.bias"),
            general_linear(2, 4, *VO),
        ),
        blocks={"query.weight": HEADS, "key.weight": HEADS},
    ),
    Net(
        "attention, no biases",
        lambda: Attention(bias=False),
        INPUTS,
        (general_linear(2, 4, "query.weight", "key.weight"), general_linear(2, 4, "value.weight", "out.weight")),
    ),
    # The product is linear in `up`: 5 against the columns of `down`; SiLU has a scale of its own.
    Net("SwiGLU", lambda: Gated(nn.SiLU()), (8, 4), (rescale(5, "up.weight", "up.bias", "down.weight"),)),
    # ReLU lets the gate grow as well: 5 more.
    Net(
        "ReGLU",
        lambda: Gated(nn.ReLU()),
        (8, 4),
        (
            rescale(5, "up.weight", "up.bias", "down.weight"),
            rescale(5, "gate.weight", "gate.bias", "down.weight"),
        ),
    ),
)
