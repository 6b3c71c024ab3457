"""What a backend is: a way to run a trained model, which may fail."""

import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from io import StringIO
from threading import RLock
from typing import Protocol, TypeVar

from torch import Tensor, nn

from netwright.records.errors import NetwrightError

Predict = Callable[[Tensor], Tensor]
"""From inputs (N, ...) to logits (N, K), both on the processor."""

LONGEST_REASON = 200
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

T = TypeVar("T")


class Backend(Protocol):
    """A way to run a trained model."""

    @property
    def name(self) -> str:
        """What a scenario calls it."""
        ...

    @property
    def device(self) -> str:
        """Where it computes, such as `cpu`."""
        ...

    def counts(self, most: int) -> tuple[int, ...]:
        """Return the numbers of threads that are worth trying, up to the most that there are."""
        ...

    def prepare(self, model: nn.Module, example: Tensor) -> Callable[[int], Predict]:
        """Return what makes the model ready for a number of threads.

        What it raises, and what its result raises, is the reason why the model does not run.

        Args:
            model: In evaluation mode; it is not changed.
            example: Inputs (1, ...).

        Returns:
            From a number of threads to a function that predicts with them.
        """
        ...


class BackendError(NetwrightError):
    """A backend does not run a model; the message is its reason, one line."""


def attempt(call: Callable[[], T]) -> T:
    """Return what a call into a backend gives; a compiler or an exporter may raise anything, and here it gets a name.

    Args:
        call: Runs the backend.

    Returns:
        What the call returned.

    Raises:
        BackendError: The call failed; the message is the first line of what started it, or two where the first
            only announces the second.

    >>> attempt(lambda: 1 / 0)
    Traceback (most recent call last):
    netwright.qualities.backend.BackendError: ZeroDivisionError: division by zero
    """
    try:
        return call()
    except NetwrightError as error:
        raise BackendError(str(error)) from error
    except Exception as error:
        raise BackendError(_reason(error)) from error


def _reason(error: BaseException) -> str:
    # exporters wrap the error that says what is wrong in ones that say which step it was
    while error.__cause__ is not None:
        error = error.__cause__
    lines = [line.strip() for line in COLOURS.sub("", str(error)).splitlines() if line.strip()]
    # a line that ends in a colon only announces what the next one says
    told = " ".join(lines[: 2 if lines and lines[0].endswith(":") else 1])
    text = f"{type(error).__name__}: {told}" if told else type(error).__name__
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 3] + "..."


def doubling(most: int) -> tuple[int, ...]:
    """Return 1, 2, 4, ... and the most.

    >>> doubling(1), doubling(6), doubling(8)
    ((1,), (1, 2, 4, 6), (1, 2, 4, 8))
    """
    powers = [2**power for power in range(most.bit_length()) if 2**power < most]
    return (*powers, most)


@contextmanager
def quiet(*loggers: str) -> Iterator[None]:
    """Hold back what compilers and exporters say of their own insides: deprecations, prints, notes below an error.

    Args:
        loggers: Names of their loggers.

    Yields:
        Nothing.

    >>> with quiet("a.compiler"):
    ...     warnings.warn("soon to be removed", DeprecationWarning)
    ...     logging.getLogger("a.compiler").warning("no cache")
    ...     print("the graph")
    """
    levels = {name: logging.getLogger(name).level for name in loggers}
    _lock_progress_within_this_process()
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        for category in (DeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", category)
        for name in loggers:
            logging.getLogger(name).setLevel(logging.ERROR)
        try:
            yield
        finally:
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)


def _lock_progress_within_this_process() -> None:
    # where tqdm is installed, torch.fx takes its lock, by default one between processes: a process that ends at once
    # leaves that behind, and Python warns of it
    if find_spec("tqdm") is not None:
        from tqdm import tqdm  # type: ignore[import-untyped]

        if getattr(tqdm, "_lock", None) is None:
            tqdm.set_lock(RLock())
