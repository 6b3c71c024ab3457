"""The package `transformers`, loaded when it is needed and kept silent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from netwright.records.errors import MissingExtraError


@contextmanager
def transformers_library() -> Iterator[Any]:
    """Import `transformers`, and hold back its progress bars and what it says below an error, until the block ends.

    Yields:
        The package.

    Raises:
        MissingExtraError: It is not installed.

    >>> with transformers_library() as transformers:
    ...     transformers.BertConfig(num_hidden_layers=2).num_hidden_layers
    2
    """
    try:
        # imported here, because it takes seconds and is an extra
        import transformers
    except ModuleNotFoundError as error:
        raise MissingExtraError("a transformer of texts", "text") from error
    told = transformers.utils.logging
    level, bars = told.get_verbosity(), told.is_progress_bar_enabled()
    told.set_verbosity_error()
    told.disable_progress_bar()
    try:
        yield transformers
    finally:
        told.set_verbosity(level)
        if bars:
            told.enable_progress_bar()
