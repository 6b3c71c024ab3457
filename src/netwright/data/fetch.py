"""Bringing the files of a data set into the cache, from the first origin that has them."""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from netwright.data.idx import read_content
from netwright.data.origins import LocalFolder, Origin, UnreachableError, find_file
from netwright.machine.durable import write_durably
from netwright.records.errors import DataError, StorageError


@dataclass(frozen=True)
class Fetched:
    """Files that are in place.

    Args:
        name: The data set.
        folder: Where they are; None where the data comes with an installed package.
        files: Name -> path.
        origin: Where they came from.
        licence: Under which licence.
    """

    name: str
    folder: Path | None
    files: Mapping[str, Path]
    origin: str
    licence: str


def fetch_files(digests: Mapping[str, str], origins: Sequence[Origin], folder: Path) -> tuple[dict[str, Path], str]:
    """Bring files into a folder, unless sound ones are there already.

    Each file is checked before it takes its place, and takes it in one step; processes may do this at once.

    Args:
        digests: Name -> SHA-256 of the content, uncompressed.
        origins: Where to look, in this order.
        folder: Where the files belong.

    Returns:
        (name -> path, the title of the origin they came from).

    Raises:
        DataError: No origin gave all files: each with its reason.
    """
    failures = []
    for origin in (LocalFolder(folder, "cache"), *origins):
        try:
            return _from(origin, digests, folder), origin.title
        except UnreachableError as error:
            failures.append(f"{origin.title}: {error}")
    files = f"{', '.join(digests)} (plain, or with .gz behind the name)"
    head = f"the files of {folder.name} could not be brought from any of their origins:"
    remedy = f"connect to a network and repeat the command, or put {files} into {folder} yourself"
    raise DataError("\n  ".join([head, *failures, remedy]))


def _from(origin: Origin, digests: Mapping[str, str], folder: Path) -> dict[str, Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="netwright-") as workspace:
            brought = origin.bring(digests, Path(workspace))
            sound = {name: _checked(brought, name, digest) for name, digest in digests.items()}
            if brought == folder:
                return sound
            folder.mkdir(parents=True, exist_ok=True)
            for path in sound.values():
                write_durably(folder / path.name, path.read_bytes())
            return {name: folder / path.name for name, path in sound.items()}
    except OSError as error:
        raise StorageError(
            f"could not fetch into {folder}: {error}; free space there and in {tempfile.gettempdir()}, or set "
            "NETWRIGHT_CACHE to a folder that you may write to"
        ) from error


def _checked(folder: Path, name: str, digest: str) -> Path:
    path = find_file(folder, name)
    if path is None:
        raise UnreachableError(f"{name} is not there")
    try:
        found = hashlib.sha256(read_content(path)).hexdigest()
    except DataError as error:
        raise UnreachableError(str(error)) from error
    if found != digest:
        raise UnreachableError(f"{path.name} has the SHA-256 {found[:12]}..., not {digest[:12]}...: it is another file")
    return path
