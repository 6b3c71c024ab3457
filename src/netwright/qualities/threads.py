"""The number of threads that torch computes with, for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from netwright.records.errors import InputError


@contextmanager
def limited_threads(threads: int) -> Iterator[None]:
    """Compute with a number of threads, then with as many as before.

    Args:
        threads: At least 1.

    Yields:
        Nothing; torch uses that many threads meanwhile.

    Raises:
        InputError: Fewer than one thread.

    >>> with limited_threads(1):
    ...     torch.get_num_threads()
    1
    """
    if threads < 1:
        raise InputError(f"found threads={threads}; pass at least 1")
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
