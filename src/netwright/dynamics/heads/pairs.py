"""Which coordinates meet which where two values are multiplied and summed over."""

from collections.abc import Iterator
from math import prod

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from netwright.dynamics.heads.layout import Layout, stripped

Numbers = NDArray[np.int64]


def pairs_of(
    left: Layout, left_axes: str, right: Layout, right_axes: str, summed: str
) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield the runs of coordinates that meet in a sum over products, each pair of runs once.

    A run is as long as one matrix may act on it: as far as the shares of both values stay the same. Where that is not
    further than one coordinate, everywhere, all of them come in a single pair, after a -1.

    Args:
        left: What one value holds.
        left_axes: A letter for each of its dimensions.
        right: What the other holds.
        right_axes: Its letters.
        summed: Letters that are summed over.

    Yields:
        Numbers of the left coordinates, and of the right ones that they meet; -1 where one is none.

    >>> import torch
    >>> queries = Layout(torch.tensor([[0, 1], [2, 3]])[:, None].expand(2, 5, 2), torch.zeros(2, 5, 2).long())
    >>> keys = Layout(torch.tensor([[4, 5], [6, 7]])[:, None].expand(2, 5, 2), torch.zeros(2, 5, 2).long())
    >>> [(a.tolist(), b.tolist()) for a, b in pairs_of(queries, "hqi", keys, "hki", "i")]
    [([0, 1], [4, 5]), ([2, 3], [6, 7])]
    """
    shared = "".join(letter for letter in left_axes if letter in right_axes and letter not in summed)
    classes = _classes((left.shares, left_axes), (right.shares, right_axes), summed)
    if len(classes) > 1 and len(np.unique(classes)) == len(classes):
        yield _after_none(left.ids), _after_none(right.ids)
        return
    ours = _arranged(left.ids, left_axes, shared, summed)
    theirs = _arranged(right.ids, right_axes, shared, summed)
    batch = tuple(map(max, ours.shape[:-2], theirs.shape[:-2]))
    ours, theirs = (ids.expand(*batch, *ids.shape[-2:]).reshape(-1, *ids.shape[-2:]) for ids in (ours, theirs))
    seen = set()
    for one, other in zip(ours.numpy(), theirs.numpy(), strict=True):
        if (one.tobytes(), other.tobytes()) in seen:
            continue
        seen.add((one.tobytes(), other.tobytes()))
        for number in range(int(classes.max(initial=-1)) + 1):
            run = classes == number
            for a in np.unique(one[:, run], axis=0):
                for b in np.unique(other[:, run], axis=0):
                    yield a, b


def _after_none(ids: Tensor) -> Numbers:
    return np.concatenate([[-1], np.unique(stripped(ids).numpy())])


def _arranged(ids: Tensor, axes: str, shared: str, summed: str) -> Tensor:
    """Return numbers as (shared..., the rest, summed), without repetitions outside what is summed over."""
    bare = stripped(ids)
    whole = [ids.shape[at] if axis in summed else bare.shape[at] for at, axis in enumerate(axes)]
    rest = "".join(axis for axis in axes if axis not in shared + summed)
    ordered = bare.expand(whole).permute([axes.index(axis) for axis in shared + rest + summed])
    sizes = dict(zip(axes, whole, strict=True))
    return ordered.reshape(*(sizes[a] for a in shared), prod(sizes[a] for a in rest), prod(sizes[a] for a in summed))


def _classes(left: tuple[Tensor, str], right: tuple[Tensor, str], summed: str) -> Numbers:
    """Return the class of each place that is summed over: places in one class have the same shares everywhere."""
    found = []
    for shares, axes in (left, right):
        held = _arranged(shares, axes, "", summed).numpy()
        if (held == held[:, :1]).all():
            found.append(np.zeros(held.shape[1], np.int64))
        else:
            found.append(np.unique(held, axis=1, return_inverse=True)[1].reshape(-1))
    return np.asarray(np.unique(np.stack(found), axis=1, return_inverse=True)[1]).reshape(-1)
