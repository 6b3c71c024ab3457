"""Multi-head attention as the plain operations it consists of."""

from collections.abc import Mapping
from inspect import signature
from math import sqrt
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def can_attend_in_steps(arguments: Mapping[str, Any]) -> bool:
    """Return whether a call of torch's multi-head attention is one that `attend_in_steps` covers."""
    return (
        arguments["bias_k"] is None
        and arguments["static_k"] is None
        and not arguments["add_zero_attn"]
        and (arguments["key_padding_mask"] is None)
    )


def attention_arguments(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call of `functional.multi_head_attention_forward` by their names, defaults included."""
    bound = signature(functional.multi_head_attention_forward).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def attend_in_steps(arguments: Mapping[str, Any]) -> tuple[Tensor, None]:
    """Return what `functional.multi_head_attention_forward` returns, by linear maps and one scaled dot product.

    Args:
        arguments: Those of the call, by name; `can_attend_in_steps` holds for them. The sequence comes first, as
            (length, N, width) or (length, width).

    Returns:
        The attended sequence, shaped as the query, and no attention weights.

    >>> attention = torch.nn.MultiheadAttention(8, 2).eval()
    >>> x, weights = torch.randn(5, 3, 8), dict(attention.named_parameters())
    >>> call = (x, x, x, 8, 2, weights["in_proj_weight"], weights["in_proj_bias"], None, None, False, 0.0)
    >>> out = (weights["out_proj.weight"], weights["out_proj.bias"])
    >>> ours, _ = attend_in_steps(attention_arguments((*call, *out), {"training": False}))
    >>> bool(torch.allclose(ours, attention(x, x, x)[0], atol=1e-6))
    True
    """
    heads, width = arguments["num_heads"], arguments["embed_dim_to_check"]
    plain = arguments["query"].dim() == 2
    query, key, value = (
        arguments[name].unsqueeze(1) if plain else arguments[name] for name in ("query", "key", "value")
    )
    weights, biases = _projections(arguments, width)
    sources = zip((query, key, value), weights, biases, strict=True)
    parts = [_by_head(functional.linear(source, weight, bias), heads) for source, weight, bias in sources]
    mask = arguments["attn_mask"]
    if mask is not None and mask.dim() == 3:
        mask = mask.view(query.shape[1], heads, *mask.shape[1:])
    mask = mask.logical_not() if mask is not None and mask.dtype == torch.bool else mask
    drop = arguments["dropout_p"] if arguments["training"] else 0.0
    q, k, v = parts
    mixed = functional.scaled_dot_product_attention(q, k, v, mask, drop, scale=1 / sqrt(width // heads))
    joined = mixed.permute(2, 0, 1, 3).reshape(query.shape[0], query.shape[1], width)
    attended = functional.linear(joined, arguments["out_proj_weight"], arguments["out_proj_bias"])
    return (attended.squeeze(1) if plain else attended), None


def _projections(arguments: Mapping[str, Any], width: int) -> tuple[tuple[Tensor, ...], tuple[Tensor | None, ...]]:
    """Return the three weights and the three biases of the projections."""
    packed_bias = arguments["in_proj_bias"]
    biases = (None, None, None) if packed_bias is None else packed_bias.split(width)
    if arguments["use_separate_proj_weight"]:
        return tuple(arguments[f"{name}_proj_weight"] for name in "qkv"), biases
    return arguments["in_proj_weight"].split(width), biases


def _by_head(projected: Tensor, heads: int) -> Tensor:
    """Return (length, N, width) as (N, heads, length, width / heads)."""
    length, batch, width = projected.shape
    return projected.view(length, batch, heads, width // heads).permute(1, 2, 0, 3)
