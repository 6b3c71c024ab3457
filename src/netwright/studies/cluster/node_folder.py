"""The folder that the slots of one study share on one node, and its end."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from netwright.machine.durable import write_durably
from netwright.records.errors import StorageError

_PREFIX = "netwright-node-"
_ALIVE, _LOCK = "alive", "lock"


class NodeFolder:
    """A folder for one session on one node, below the node's folder for temporary files.

    Every slot holds a lock on it as long as its process lives, so that whoever comes later knows an abandoned one.

    Args:
        session: Id of the session: other sessions have other folders.
        node: Ray's id of the node: two nodes on one machine have folders of their own.

    Raises:
        StorageError: The folder cannot be made.
    """

    def __init__(self, session: str, node: str) -> None:
        self.path = Path(tempfile.gettempdir(), f"{_PREFIX}{session}-{node[:12]}")
        sweep()
        try:
            self._alive = _join(self.path)
        except OSError as error:
            raise StorageError(
                f"could not make {self.path} on {os.uname().nodename}: {error.strerror}; "
                "free space there, or start that node with TMPDIR set to a folder on another disk"
            ) from error

    def bring(self, place: str, content: Callable[[], bytes]) -> Path:
        """Return the path of a shared file, brought first where it is not there yet.

        Args:
            place: Where it belongs below the folder.
            content: Brings its content; called at most once on this node, by whoever comes first.

        Returns:
            Its path.

        Raises:
            StorageError: The disk is full.
        """
        path = self.path / place
        with _locked(self.path / _LOCK):
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_durably(path, content())
        return path

    def leave(self) -> None:
        """Let go of the folder; the last one to leave removes it."""
        os.close(self._alive)
        _remove_where_unused(self.path)


def sweep() -> None:
    """Remove folders on this machine whose sessions were cut off, those of this user only."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.getuid():
                _remove_where_unused(folder)


def _join(folder: Path) -> int:
    while True:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = os.open(folder / _ALIVE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_SH)
        # it may have been removed between its making and its lock
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), (folder / _ALIVE).stat()):
                return file
        os.close(file)


def _remove_where_unused(folder: Path) -> None:
    try:
        file = os.open(folder / _ALIVE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        # somebody lives there
        return
    finally:
        os.close(file)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
