"""Sizes as torch functions write them: one number, or one for each axis."""

from collections.abc import Sequence
from typing import Any


def each(size: Any, count: int) -> tuple[int, ...]:
    """Return a size for each of so many axes.

    >>> each(3, 2), each((1, 2), 2), each([4], 3)
    ((3, 3), (1, 2), (4, 4, 4))
    """
    if isinstance(size, Sequence):
        return tuple(size) * count if len(size) == 1 else tuple(size)
    return (int(size),) * count


def without(sizes: Sequence[int], axis: int, neutral: int) -> tuple[int, ...]:
    """Return sizes with that of one axis put to what changes nothing.

    >>> without((1, 2, 3), 1, 0)
    (1, 0, 3)
    """
    return tuple(neutral if at == axis else size for at, size in enumerate(sizes))


def one_axis(axis: int, rank: int) -> int:
    """Return an axis counted from the front.

    >>> one_axis(-1, 5)
    4
    """
    return axis % rank
