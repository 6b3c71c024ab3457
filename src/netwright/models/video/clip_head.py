"""How a network of clips ends: one mean a channel over all frames and pixels, then logits."""

from torch import nn


def clip_head(logits: nn.Linear, dropout: float) -> nn.Sequential:
    """Return the mean over time, height and width, dropout, and the logits; any size of clip will do.

    Args:
        logits: From the features to the logits.
        dropout: Share of the means that is silenced in training.

    Returns:
        A module from (N, features, T, H, W) to logits (N, classes).

    >>> import torch
    >>> clip_head(nn.Linear(8, 5), 0.2)(torch.zeros(2, 8, 3, 4, 7)).shape
    torch.Size([2, 5])
    """
    return nn.Sequential(nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Dropout(dropout), logits)
