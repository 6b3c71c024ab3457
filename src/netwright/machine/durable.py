"""Files that survive a crash at any moment: written whole or not at all, appended a line at a time."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from netwright.records.errors import StorageError

_REMEDIES = {
    errno.ENOSPC: "free space on that disk, or choose a folder on another one, then repeat the same command",
    errno.EDQUOT: "your quota on that disk is used up: delete something, or choose another folder",
    errno.EFBIG: "the file is larger than this system allows: choose a folder on another disk",
    errno.EROFS: "that disk is read-only: choose another folder",
    errno.EACCES: "choose a folder that you may write to, or change its permissions",
    errno.EPERM: "choose a folder that you may write to, or change its permissions",
    errno.ENOENT: "make the folder first",
    errno.ENOTDIR: "a part of the path is a file, not a folder: choose another path",
}


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that a reader finds the old content or the new one, never a part.

    The data goes to a temporary file in the same folder, is forced to the disk (fsync), and takes the name in one
    step (rename), which is forced to the disk too.

    Args:
        path: The file; its folder exists.
        data: The whole content.

    Raises:
        StorageError: The disk is full, or the folder may not be written; what was there before stands.

    Source: POSIX rename(2) and fsync(2).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_durably(Path(folder, "a.txt"), b"whole")
    ...     Path(folder, "a.txt").read_bytes()
    b'whole'
    """
    try:
        _replace(path, data)
    except OSError as error:
        raise StorageError(_told(path, error)) from error


def append_durably(path: Path, line: bytes) -> None:
    r"""Append a line in one write and force it to the disk.

    A line that fits only in part (full disk) is taken back, so that the file keeps whole lines.

    Args:
        path: The file; made where it does not exist.
        line: What is appended, with its newline.

    Raises:
        StorageError: The disk is full, or the file may not be written; the lines before stand.

    Source: POSIX write(2) with O_APPEND, and fsync(2).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     append_durably(Path(folder, "a.jsonl"), b"1\n")
    ...     append_durably(Path(folder, "a.jsonl"), b"2\n")
    ...     Path(folder, "a.jsonl").read_bytes()
    b'1\n2\n'
    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    except OSError as error:
        raise StorageError(_told(path, error)) from error
    try:
        _append(file, line)
    except OSError as error:
        raise StorageError(_told(path, error)) from error
    finally:
        os.close(file)


def _replace(path: Path, data: bytes) -> None:
    file, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes private files; results are as readable as any other file of the user
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _append(file: int, line: bytes) -> None:
    before = os.fstat(file).st_size
    try:
        written = os.write(file, line)
        if written != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file)
    except OSError:
        # a device cannot be truncated, and a second error must not hide the first
        with contextlib.suppress(OSError):
            os.ftruncate(file, before)
        raise


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _umask() -> int:
    # the only way to read it is to set it
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _told(path: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    remedy = _REMEDIES.get(error.errno or 0, "look at that disk, or choose another folder")
    return f"could not write {path}: {reason}; {remedy}"
