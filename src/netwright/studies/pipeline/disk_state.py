"""Whether data of one's own changed on the disk, without reading it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from netwright.data.folder_address import PREFIX as FOLDER
from netwright.data.folder_address import read_address
from netwright.data.table_address import PREFIX as TABLE
from netwright.data.table_address import read_table_address
from netwright.data.texts_address import PREFIX as TEXTS
from netwright.data.texts_address import read_texts_address
from netwright.data.videos_address import PREFIX as VIDEOS
from netwright.data.videos_address import read_videos_address

_READERS: Mapping[str, Callable[[str], Any]] = {
    FOLDER: read_address,
    TABLE: read_table_address,
    TEXTS: read_texts_address,
    VIDEOS: read_videos_address,
}


def disk_state(name: str) -> str:
    """Return a digest of the paths, lengths and times of change of the files behind an address.

    A change that keeps a file's length and its time is not seen.

    Args:
        name: Name of a source, or an address.

    Returns:
        64 hexadecimal digits; empty of a known source, which does not change.

    >>> disk_state("digits")
    ''
    """
    read = next((read for prefix, read in _READERS.items() if name.startswith(prefix)), None)
    if read is None:
        return ""
    address = read(name)
    digest = hashlib.sha256()
    for place in (address.path, getattr(address, "test", None)):
        if isinstance(place, Path):
            for file in _files(place):
                about = file.stat()
                digest.update(f"{file} {about.st_size} {about.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files(place: Path) -> Iterator[Path]:
    # what does not exist is told by whoever loads it
    if place.is_file():
        yield place
        # what is told of its rows may stand beside it
        yield from sorted(path for path in place.parent.glob(f"{place.name}.*") if path.is_file())
    yield from sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else ()
