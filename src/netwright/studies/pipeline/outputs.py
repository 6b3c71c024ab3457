"""What steps made: folders that are there whole or not at all, and whose every file is known by its digest."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from netwright.records.errors import StorageError

MAKING = "making"
"""The folder in which the outputs of a running step grow; what a killed one left there is removed."""
_KEPT = 16


def step_folder(root: Path, step: str, key: str) -> Path:
    """Return where the outputs of a step are kept.

    Args:
        root: The pipeline's folder.
        step: Name of the step.
        key: Its key.

    Returns:
        The folder; it may not exist.
    """
    return root / "steps" / step / key[:_KEPT]


def empty_folder(root: Path) -> Path:
    """Return a new, empty folder for the outputs of a step that starts; what is left of a killed one is removed.

    Args:
        root: The pipeline's folder.

    Returns:
        The folder.

    Raises:
        StorageError: It cannot be made.
    """
    folder = root / "steps" / MAKING
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError as error:
        raise StorageError(f"could not make {folder}: {error.strerror}; choose another folder with --out") from error
    return folder


def commit(made: Path, place: Path) -> dict[str, str]:
    """Move the outputs of a step to their place, in one step.

    Args:
        made: The folder that the step filled.
        place: Where they are kept; what is there, which is damaged, is removed.

    Returns:
        Path in the folder -> SHA-256 of the file.

    Raises:
        StorageError: They cannot be moved; the place is as it was, or empty.
    """
    try:
        found = digests(made)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            shutil.rmtree(place)
        made.rename(place)
        file = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise StorageError(
            f"could not keep {place}: {error.strerror}; free space there, and repeat the same command"
        ) from error
    return found


def digests(folder: Path) -> dict[str, str]:
    """Return path -> SHA-256 of every file below a folder, by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _digest(path) for path in files}


def damage(folder: Path, outputs: Mapping[str, str]) -> str:
    """Return what is wrong with kept outputs.

    Args:
        folder: Where they are.
        outputs: Path -> SHA-256, as they were made.

    Returns:
        The first fault in words; empty where every file is as it was made.
    """
    if not folder.is_dir():
        return "its outputs are gone"
    for name, digest in outputs.items():
        path = folder / name
        try:
            if not path.is_file():
                return f"its output {name} is gone"
            if _digest(path) != digest:
                return f"its output {name} was changed"
        except OSError as error:
            return f"its output {name} cannot be read: {error.strerror}"
    return ""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
