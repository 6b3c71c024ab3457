"""A folder that appears whole or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from netwright.records.errors import InputError, StorageError


@contextmanager
def new_folder(folder: str | Path) -> Iterator[Path]:
    """Yield a folder to write into, which takes its name when the block ends without an error.

    Args:
        folder: Its name; it must not exist, or be empty. Folders above it are made.

    Yields:
        A folder beside it, empty.

    Raises:
        InputError: There is something at that path already.
        StorageError: It cannot be written; nothing is left behind.

    >>> with tempfile.TemporaryDirectory() as place:
    ...     with new_folder(Path(place, "made")) as inside:
    ...         _ = Path(inside, "a.txt").write_text("a")
    ...         before = Path(place, "made").exists()
    ...     before, [path.name for path in Path(place).iterdir()]
    (False, ['made'])
    """
    target = Path(folder).absolute()
    try:
        _check_free(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as place:
            inside = Path(place, "content")
            inside.mkdir()
            yield inside
            # safetensors makes private files; these are as readable as the folder
            for path in inside.rglob("*"):
                path.chmod(inside.stat().st_mode & (0o777 if path.is_dir() else 0o666))
            inside.replace(target)
    except (OSError, SafetensorError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise StorageError(
            f"could not write {target}: {reason}; choose a folder on a disk with free space that you may write to"
        ) from error


def _check_free(target: Path) -> None:
    if target.is_dir():
        names = sorted(path.name for path in target.iterdir())
        if names:
            raise InputError(
                f"{target} holds {len(names)} files already ({', '.join(names[:3])}); choose a new folder, or empty it"
            )
    elif target.exists():
        raise InputError(f"{target} is a file; choose the name of a new folder")
