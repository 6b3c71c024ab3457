"""Batches of samples that are in memory, in an order drawn anew for every pass."""

from collections.abc import Iterator

import torch
from torch import Tensor


def shuffled_batches(
    inputs: Tensor, labels: Tensor, batch_size: int, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield every sample once, in random order.

    A last batch of one sample joins the batch before it: batch normalisation has no variance over one value.

    Args:
        inputs: (N, ...).
        labels: (N,).
        batch_size: Samples a batch; the last has 2 to batch_size + 1.
        generator: Decides the order; its state moves on.

    Yields:
        (inputs, labels) of each batch.

    >>> batches = shuffled_batches(torch.arange(9.0), torch.arange(9), 4, torch.Generator().manual_seed(0))
    >>> [len(labels) for _, labels in batches]
    [4, 5]
    """
    order = torch.randperm(len(labels), generator=generator)
    parts = list(torch.split(order, batch_size))
    if len(parts) != batch_count(len(labels), batch_size):
        parts[-2:] = [torch.cat(parts[-2:])]
    for part in parts:
        yield inputs.index_select(0, part), labels.index_select(0, part)


def batch_count(samples: int, batch_size: int) -> int:
    """Return how many batches `shuffled_batches` makes.

    Args:
        samples: N, at least 1.
        batch_size: Samples a batch.

    Returns:
        ceil(N / batch_size), one less where the last batch would hold one sample only.

    >>> [batch_count(n, 4) for n in (1, 4, 5, 6, 8, 9)]
    [1, 1, 1, 2, 2, 2]
    """
    lone = batch_size > 1 and samples > 1 and samples % batch_size == 1
    return -(-samples // batch_size) - int(lone)
