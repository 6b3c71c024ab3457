"""One study at a time in a folder: a lock that the kernel lets go when its process dies."""

import fcntl
import os
from pathlib import Path
from typing import BinaryIO

from netwright.records.errors import LedgerError, StorageError

LOCK_NAME = ".lock"
"""The file in a study's folder that carries the lock and the process id of its holder."""


def lock_folder(folder: Path) -> BinaryIO:
    """Return the open lock of a folder, which is made if it is missing; closing it, or dying, lets go of it.

    The lock is advisory (`flock`, exclusive, not waiting): it holds among netwright's processes on one machine.

    Args:
        folder: The folder of a study's results.

    Returns:
        The lock, as an open file.

    Raises:
        LedgerError: Another process holds the lock; the message names its process id.
        StorageError: The folder cannot be made or written.
    """
    path = folder / LOCK_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)
    except OSError as error:
        raise StorageError(
            f"results cannot be written to {folder}: {error.strerror}; choose another folder with --out"
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate()
        file.write(str(os.getpid()).encode())
    except BlockingIOError as error:
        holder = file.read().decode(errors="replace") or "unknown"
        file.close()
        raise LedgerError(
            f"another study is running in {folder}: process {holder} holds {path}; "
            "wait for it, stop it, or write to another folder with --out"
        ) from error
    except OSError as error:
        file.close()
        raise StorageError(f"{path} cannot be locked: {error.strerror}; choose another folder with --out") from error
    return file
