"""Which samples a trial trains on, validates on and tests on."""

import heapq
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netwright.data.dataset import Dataset
from netwright.machine.seeds import derive_seed
from netwright.records.errors import DataError
from netwright.records.scenario import Design


@dataclass(frozen=True, eq=False)
class Split:
    """Indices into a data set.

    Args:
        train: int64 (size,), into the training part: what the trial trains on.
        validation: int64 (design.validation,), into the training part: for the epoch curves, never trained on.
        test: int64, into the test part.
    """

    train: Tensor
    validation: Tensor
    test: Tensor


def draw(dataset: Dataset, design: Design, seed: int, size: int) -> Split:
    """Return the samples of a trial.

    The validation samples are the same for all seeds and sizes; the rest is the pool, ordered anew for each seed, and
    a trial trains on the first `size` of it. So every size contains the smaller ones of its seed.

    Args:
        dataset: The data.
        design: How much is held out for validation, and how much of the test part is used.
        seed: The trial's seed.
        size: Training samples.

    Returns:
        The indices.

    Raises:
        DataError: The training part has too few samples for the size.
    """
    validation = validation_indices(dataset.train_labels, design.validation)
    pool = the_rest(len(dataset.train_labels), validation)
    if size > len(pool):
        raise DataError(
            f"{dataset.name} has {len(dataset.train_labels)} training {dataset.samples}, {len(validation)} of them "
            f"held out for validation: a trial cannot train on {size}; ask for at most {len(pool)}"
        )
    order = nested_order(dataset.train_labels[pool], seed)
    test = len(dataset.test_labels) if design.test is None else design.test
    return Split(pool[order[:size]], validation, validation_indices(dataset.test_labels, test))


def validation_indices(labels: Tensor, count: int) -> Tensor:
    """Return a fixed part of labelled samples that holds the classes in the proportion of the whole.

    It depends on the labels and the count only, on no seed.

    Args:
        labels: int64 (N,).
        count: How many; all where it is N or more.

    Returns:
        int64 (min(count, N),), ascending.

    >>> validation_indices(torch.tensor([0, 1] * 4), 4).bincount().sum()
    tensor(4)
    """
    return nested_order(labels, derive_seed("held out"))[:count].sort().values


def the_rest(count: int, held_out: Tensor) -> Tensor:
    """Return what is left of 0 ... count - 1 without what is held out.

    Args:
        count: How many there are.
        held_out: int64, some of them.

    Returns:
        int64, ascending.

    >>> the_rest(5, torch.tensor([1, 3])).tolist()
    [0, 2, 4]
    """
    left = torch.ones(count, dtype=torch.bool)
    left[held_out] = False
    return left.nonzero().flatten()


def nested_order(labels: Tensor, seed: int) -> Tensor:
    """Return an order of labelled samples in which every beginning is as balanced as the whole.

    In the first n, class k occurs x_k times with |x_k - n N_k/N| < 1, for every n and k. Which sample of a class comes
    next, and which class is first among equals, is random.

    Args:
        labels: int64 (N,).
        seed: What the order follows from, together with the labels.

    Returns:
        int64 (N,), a permutation.

    Source: Tijdeman 1980, "The chairman assignment problem", Discrete Mathematics 32, theorem 1.

    >>> order = nested_order(torch.tensor([0] * 6 + [1] * 3), seed=0)
    >>> sorted(order.tolist()) == list(range(9)), (order[:3] < 6).sum()
    (True, tensor(2))
    """
    generator = torch.Generator().manual_seed(derive_seed("order", seed))
    _, found, counts = np.unique(labels.numpy(), return_inverse=True, return_counts=True)
    which = torch.from_numpy(found)
    precedence = torch.randperm(len(counts), generator=generator)
    turns = precedence[torch.tensor(_turns(counts[precedence.numpy()].tolist()), dtype=torch.int64)]
    shuffled = torch.randperm(len(labels), generator=generator)
    by_class = shuffled[which[shuffled].argsort(stable=True)]
    order = torch.empty_like(by_class)
    # the places of a class, ascending, get the samples of that class in their random order
    order[turns.argsort(stable=True)] = by_class
    return order


def _turns(counts: list[int]) -> list[int]:
    """Return whose turn it is at each place, class k having counts[k] turns."""
    period = math.gcd(*counts) if counts else 1
    if len(counts) < 2:
        return [0] * sum(counts)
    return _one_period([count // period for count in counts]) * period


def _one_period(counts: list[int]) -> list[int]:
    # Tijdeman's condition with slack 1/(2K-2): turn j of class k may be taken from the first n with
    # n p_k - j >= slack, and is due at the last n with (n-1) p_k - j <= 1 - slack; the earliest due goes first
    total, parts = sum(counts), 2 * len(counts) - 2
    released = [(-(-total // (count * parts)), k, 0) for k, count in enumerate(counts)]
    heapq.heapify(released)
    due: list[tuple[int, int]] = []
    turns = []
    for place in range(1, total + 1):
        while released and released[0][0] <= place:
            _, k, j = heapq.heappop(released)
            heapq.heappush(due, (total * (j * parts + parts - 1) // (counts[k] * parts) + 1, k))
            if j + 1 < counts[k]:
                start = -(-total * ((j + 1) * parts + 1) // (counts[k] * parts))
                heapq.heappush(released, (start, k, j + 1))
        turns.append(heapq.heappop(due)[1])
    return turns
