"""An order of samples in which those of one origin stand together, and every beginning is nearly balanced."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from netwright.machine.seeds import derive_seed


def origin_order(labels: Tensor, origins: Tensor, seed: int) -> Tensor:
    """Return an order of labelled samples, origin by origin.

    The next origin is of the class that is furthest behind its share: with x_k samples of class k among the n so far,
    the class of greatest p_k (n + 1) - x_k, p_k = N_k/N, that still has an origin; an origin is of the class that most
    of its samples have. Where every origin is of one class (as in UCF101) and none has more than m samples, no class is
    more than m ahead of its share. Which origin of a class comes next, and which class is first among equals, is
    random.

    Args:
        labels: int64 (N,).
        origins: What each sample was cut from, int64 (N,).
        seed: What the order follows from, together with labels and origins.

    Returns:
        int64 (N,), a permutation in which the samples of an origin are neighbours.

    >>> labels, origins = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1]), torch.tensor([5, 6, 5, 6, 7, 8, 7, 8])
    >>> order = origin_order(labels, origins, seed=0)
    >>> labels[order[:4]].bincount().tolist(), len(origins[order[:4]].unique())
    ([2, 2], 2)
    """
    if not len(labels):
        return labels.new_zeros(0)
    random = np.random.default_rng(derive_seed("origins", seed))
    _, owner = np.unique(origins.numpy(), return_inverse=True)
    _, label = np.unique(labels.numpy(), return_inverse=True)
    table = np.zeros((int(owner.max()) + 1, int(label.max()) + 1), np.int64)
    np.add.at(table, (owner, label), 1)
    # within an origin too, the order is random
    shuffled = random.permutation(len(labels))
    members = np.split(shuffled[np.argsort(owner[shuffled], kind="stable")], table.sum(1).cumsum()[:-1])
    return torch.from_numpy(np.concatenate([members[one] for one in _turns(table, random)]))


def _turns(table: NDArray[np.int64], random: np.random.Generator) -> list[int]:
    """Return the origins in their order; row g of the table counts the samples of each class in origin g."""
    waiting: list[list[int]] = [[] for _ in range(table.shape[1])]
    for one in random.permutation(len(table)).tolist():
        waiting[int(table[one].argmax())].append(one)
    precedence = random.permutation(table.shape[1])
    shares, taken = table.sum(0) / table.sum(), np.zeros(table.shape[1])
    turns: list[int] = []
    while len(turns) < len(table):
        behind = shares * (taken.sum() + 1) - taken
        able = [label for label in precedence.tolist() if waiting[label]]
        chosen = waiting[max(able, key=lambda label: behind[label])].pop()
        taken += table[chosen]
        turns.append(chosen)
    return turns
