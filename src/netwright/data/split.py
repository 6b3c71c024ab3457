"""Which samples a trial trains on, validates on and tests on."""

import heapq
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netwright.data.dataset import Dataset
from netwright.data.origin_order import origin_order
from netwright.machine.seeds import derive_seed
from netwright.records.errors import DataError
from netwright.records.scenario import Design


@dataclass(frozen=True, eq=False)
class Split:
    """Indices into a data set.

    Args:
        train: int64 (size,), into the training part: what the trial trains on.
        validation: int64 (design.validation,), into the training part: for the epoch curves, never trained on, and, in
            data that knows them, of no origin that is trained on.
        test: int64, into the test part.
    """

    train: Tensor
    validation: Tensor
    test: Tensor


def draw(dataset: Dataset, design: Design, seed: int, size: int) -> Split:
    """Return the samples of a trial.

    The validation samples are the same for all seeds and sizes; the rest is the pool, ordered anew for each seed, and
    a trial trains on the first `size` of it. So every size contains the smaller ones of its seed. Where the data knows
    the origins of its samples (the recording that a clip was cut from), all samples of an origin that is validated on
    are left out of the pool.

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
    validation, pool = held_out(dataset, design)
    if size > len(pool):
        raise DataError(
            f"{dataset.name} has {len(dataset.train_labels)} training {dataset.samples}, "
            f"{len(dataset.train_labels) - len(pool)} of them held out for validation: a trial cannot train on {size}; "
            f"ask for at most {len(pool)}"
        )
    order = nested_order(dataset.train_labels[pool], seed)
    test = len(dataset.test_labels) if design.test is None else design.test
    return Split(pool[order[:size]], validation, validation_indices(dataset.test_labels, test))


def held_out(dataset: Dataset, design: Design) -> tuple[Tensor, Tensor]:
    """Return what a data set is validated on, and what may be trained on.

    Args:
        dataset: The data.
        design: How much is held out.

    Returns:
        (validation, pool): int64 indices into the training part, ascending. They have no sample in common, and no
        origin, where the data knows origins; what is of an origin that is validated on, and not needed, is in neither.
    """
    labels, origins = dataset.train_labels, dataset.train_origins
    validation = validation_indices(labels, design.validation, origins)
    return validation, the_rest(len(labels), validation, origins)


def validation_indices(labels: Tensor, count: int, origins: Tensor | None = None) -> Tensor:
    """Return a fixed part of labelled samples that holds the classes in the proportion of the whole.

    It depends on labels, origins and the count only, on no seed; the part of a larger count contains that of a smaller
    one. With origins it is taken origin by origin, and only the last of them may be in it in part: as few origins as
    can be are used up, and the proportions are as close as whole origins allow, see `origin_order`.

    Args:
        labels: int64 (N,).
        count: How many; all where it is N or more.
        origins: What each sample was cut from, int64 (N,); None where every sample stands for itself.

    Returns:
        int64 (min(count, N),), ascending.

    >>> validation_indices(torch.tensor([0, 1] * 4), 4).bincount().sum()
    tensor(4)
    >>> origins = torch.tensor([7, 7, 7, 8, 8, 8])
    >>> origins[validation_indices(torch.tensor([0, 1] * 3), 3, origins)].unique().numel()
    1
    """
    seed = derive_seed("held out")
    order = nested_order(labels, seed) if origins is None else origin_order(labels, origins, seed)
    return order[:count].sort().values


def the_rest(count: int, held_out: Tensor, origins: Tensor | None = None) -> Tensor:
    """Return what is left of 0 ... count - 1 without what is held out, and without what is of the same origin.

    Args:
        count: How many there are.
        held_out: int64, some of them.
        origins: What each was cut from, int64 (count,); None where every one stands for itself.

    Returns:
        int64, ascending.

    >>> the_rest(5, torch.tensor([1, 3])).tolist()
    [0, 2, 4]
    >>> the_rest(5, torch.tensor([1, 3]), torch.tensor([0, 0, 1, 1, 2])).tolist()
    [4]
    """
    left = torch.ones(count, dtype=torch.bool)
    left[held_out] = False
    if origins is not None:
        left &= ~torch.isin(origins, origins[held_out])
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
