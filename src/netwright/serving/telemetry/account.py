"""How many events a run of the service took in: a number that outlives the process, so that losses can be told."""

import fcntl
import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from netwright.records.errors import StorageError

_MARK = b"nwcount1"
_BOOT = 32
_PLACE = len(_MARK) + _BOOT
_NUMBER = struct.Struct("<Q")
_BEYOND = 2**63
_SIZE = _PLACE + _NUMBER.size


class Left(NamedTuple):
    """The account of a run that has ended.

    Args:
        path: Its file.
        boot: Name of the run.
        accepted: Events that it took in.
    """

    path: Path
    boot: str
    accepted: int


class Account:
    """Counts the events of one run in a small file beside the store, mapped into memory.

    Adding is a write to memory: the kernel has it at once, so that the number outlives `kill -9`, though not the loss
    of power. The file is locked while its process lives, and has a name of its own, so that several services may use
    one store.

    Args:
        store: The store's file; the account lies beside it as `<file>.count-<boot>`.

    Raises:
        StorageError: The file cannot be made.

    Source: POSIX mmap(2) with MAP_SHARED; flock(2).
    """

    def __init__(self, store: Path) -> None:
        self.boot = uuid4().hex
        self.accepted = 0
        self._path = store.with_name(f"{store.name}.count-{self.boot}")
        self._new = store.with_name(f".{store.name}.new-{self.boot}")
        try:
            self._file = os.open(self._new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
            try:
                self._map = self._made()
            except OSError:
                os.close(self._file)
                self._new.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise StorageError(
                f"could not make {self._path}: {error.strerror or error}; free space there, or name another file for "
                "the telemetry"
            ) from error

    def add(self, events: int) -> None:
        """Count events."""
        self.accepted += events
        _NUMBER.pack_into(self._map, _PLACE, self.accepted)

    def close(self, settled: bool) -> None:
        """End.

        Args:
            settled: Whether the store knows of every event, so that the file has done its work.
        """
        self._map.close()
        if settled:
            self._path.unlink(missing_ok=True)
        os.close(self._file)

    def _made(self) -> mmap.mmap:
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # written, not only lengthened: a page that the disk has no room for would kill the process on its first use
        if os.write(self._file, _MARK + self.boot.encode() + _NUMBER.pack(0)) != _SIZE:
            raise OSError("the disk is full")
        made = mmap.mmap(self._file, _SIZE)
        # it takes its name when it is locked and whole, so that nobody else finds it before
        self._new.rename(self._path)
        return made


@contextmanager
def left_accounts(store: Path) -> Iterator[list[Left]]:
    """Give the accounts of runs that have ended without settling them, locked until the block ends.

    Args:
        store: The store's file.

    Yields:
        Them; a file that is no account is left alone.
    """
    files, found = [], []
    try:
        for path in sorted(store.parent.glob(f"{_literal(store.name)}.count-*")):
            try:
                file = os.open(path, os.O_RDONLY)
            except OSError:
                continue
            files.append(file)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                # its process lives
                continue
            content = os.read(file, _SIZE + 1)
            if len(content) == _SIZE and content.startswith(_MARK):
                boot = content[len(_MARK) : _PLACE].decode("ascii", "replace")
                accepted = _NUMBER.unpack_from(content, _PLACE)[0]
                # a number that SQLite could not hold was not written by an account
                found += [Left(path, boot, accepted)] if accepted < _BEYOND else []
        yield found
    finally:
        for file in files:
            os.close(file)


def _literal(name: str) -> str:
    """Return a name as a pattern that matches only itself."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
