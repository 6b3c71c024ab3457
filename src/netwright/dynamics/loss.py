"""The loss under which a network's symmetries are looked for."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils._pytree import tree_leaves

from netwright.records.errors import ModelError

Loss = Callable[[Any], Tensor]
"""From what a model returns to one number."""


def softmax_cross_entropy(output: Any) -> Tensor:
    """Return the mean cross-entropy of logits with labels that depend on nothing but their shape.

    A scalar is taken as a loss already. Of a mapping or a record (as `transformers` returns), `loss` counts where it is
    there, else `logits`; of a tuple, its first tensor. The classes run along dimension 1 of images (N, K, ...), and
    along the last one of (N, K) and of sequences (N, T, K).

    Args:
        output: What a model returned.

    Returns:
        A scalar.

    Raises:
        ModelError: There is no floating-point tensor in it.

    >>> round(softmax_cross_entropy(torch.zeros(4, 10)).item(), 4)
    2.3026
    """
    logits = _logits(output)
    if logits.dim() == 0:
        return logits
    spatial = logits.dim() >= 4
    flat = logits.movedim(1, -1).flatten(0, -2) if spatial else logits.reshape(-1, logits.shape[-1])
    generator = torch.Generator().manual_seed(flat.shape[0] + flat.shape[1])
    labels = torch.randint(flat.shape[1], (flat.shape[0],), generator=generator).to(flat.device)
    return functional.cross_entropy(flat, labels)


def _logits(output: Any) -> Tensor:
    if isinstance(output, Mapping) or hasattr(output, "logits"):
        for name in ("loss", "logits", "last_hidden_state"):
            found = output.get(name) if isinstance(output, Mapping) else getattr(output, name, None)
            if isinstance(found, Tensor):
                return found
    for leaf in tree_leaves(output):
        if isinstance(leaf, Tensor) and leaf.is_floating_point():
            return leaf
    message = (
        f"the model returned {type(output).__name__} without a floating-point tensor; hand in loss=, a function of it"
    )
    raise ModelError(message)
