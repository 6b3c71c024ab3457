"""DuckDB as the features need it: within a limit of memory, spilling to a folder of its own, without a network."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from netwright.records.errors import DataError, MissingExtraError, StorageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHARE = 0.5


@dataclass(frozen=True)
class Resources:
    """What a query may use.

    Args:
        memory: Bytes; None for half of what is free now. What needs more spills to the disk.
        threads: Processor threads; None for as many as there are cores.
        spill: Folder for what does not fit into memory; None for the system's temporary folder. A folder of its own is
            made in it, and removed at the end.
    """

    memory: int | None = None
    threads: int | None = None
    spill: Path | None = None


@contextmanager
def opened(resources: Resources) -> "Iterator[DuckDBPyConnection]":
    """Open an empty database in memory.

    Args:
        resources: What it may use.

    Yields:
        The connection.

    Raises:
        MissingExtraError: DuckDB is not installed.
        StorageError: There is too little memory or disk for the work, or the folder to spill to cannot be used.
        DataError: DuckDB cannot read the data.
    """
    try:
        import duckdb
    except ImportError as error:
        raise MissingExtraError("joining features with DuckDB", "monitor") from error
    memory = resources.memory or int(_SHARE * psutil.virtual_memory().available)
    try:
        with tempfile.TemporaryDirectory(dir=resources.spill, prefix="netwright-spill-") as spill:
            settings: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": f"{max(memory, 64_000_000)}B",
                "threads": str(resources.threads or psutil.cpu_count() or 1),
                "temp_directory": spill,
                # nothing may come from a network
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
            with duckdb.connect(":memory:", config=settings) as connection:
                connection.execute("SET TimeZone = 'UTC'")
                yield connection
    except (duckdb.OutOfMemoryException, OSError) as error:
        raise StorageError(
            f"joining features ran out of room: {_first_line(error)}; allow more memory, or name a larger folder to "
            "spill to"
        ) from error
    except duckdb.Error as error:
        raise DataError(f"DuckDB cannot use this data: {_first_line(error)}; correct the file or the view") from error


def quoted(name: str) -> str:
    """Return a name as SQL writes it.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
