"""Decoded clips in a file of the cache that grows video by video, and loses nothing when that is cut off.

While it grows it is `NAME.partial`; when all clips are there it becomes `NAME.safetensors`, which is never changed
again, since processes may have mapped it. Beside it stands a journal, `NAME.jsonl`: a line for each video in its order,
written once the clips of that video are on the disk. So whatever stops the decoding, the clips that the journal tells
are there; where a video was changed, those before it stay.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor

from netwright.machine.durable import append_durably, write_durably
from netwright.records.errors import StorageError

_HEAD = 512
"""Bytes before the first clip: the header of safetensors, which is written when all clips are there."""
_LENGTH = 8
"""Bytes in which safetensors states the length of its header."""
_CLIPS = "clips"
_PIECE = 2**24
"""Bytes copied at once."""
_AT_ONCE = 16
"""Videos whose clips are forced to the disk together."""


@dataclass(frozen=True)
class Entry:
    """What the journal tells of a video.

    Args:
        file: Its path.
        length: Bytes of the file.
        changed: When it was changed, in nanoseconds since 1970.
        clips: Clips that it gave; 0 where it cannot be used.
        frames: Sound frames that it has.
        damage: What is wrong with it; empty where nothing is.
    """

    file: str
    length: int
    changed: int
    clips: int = 0
    frames: int = 0
    damage: str = ""

    def same_file(self, other: "Entry") -> bool:
        """Return whether both are of one file in one state."""
        return (self.file, self.length, self.changed) == (other.file, other.length, other.changed)


def file_entry(path: Path) -> Entry:
    """Return the entry of a file that has not been decoded."""
    about = path.stat()
    return Entry(str(path), about.st_size, about.st_mtime_ns)


class FrameCache:
    """The clips of one part of a data set.

    Args:
        folder: Where its files lie; made where it is missing.
        name: Of the part.
        shape: (3, frames, height, width) of a clip, uint8.

    Raises:
        StorageError: The folder cannot be written.
    """

    def __init__(self, folder: Path, name: str, shape: tuple[int, ...]) -> None:
        self.name = name
        self._whole = folder / f"{name}.safetensors"
        self._growing = folder / f"{name}.partial"
        self._journal = folder / f"{name}.jsonl"
        self._shape = shape
        self._row = int(np.prod(shape))
        self._waiting: list[tuple[Entry, NDArray[np.uint8]]] = []
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The videos that are done, in their order."""
        return tuple(self._entries)

    @property
    def journal(self) -> Path:
        """The file that tells of every video."""
        return self._journal

    def resume(self, videos: Sequence[Entry]) -> int:
        """Take up what an earlier run left, as far as it fits.

        Args:
            videos: All videos that belong here, in their order.

        Returns:
            How many of them, from the first, are done.

        Raises:
            StorageError: The cache cannot be written.
        """
        known = _read_journal(self._journal)
        pairs = zip(known, videos, strict=False)
        kept = [entry for entry, _ in takewhile(lambda pair: pair[0].same_file(pair[1]), pairs)]
        data = self._growing if self._growing.exists() else self._whole
        held = max(_length(data) - _HEAD, 0) // self._row
        while sum(entry.clips for entry in kept) > held:
            kept.pop()
        self._entries = kept
        if not len(kept) == len(known) == len(videos) or self._mapped() is None:
            self._grow_from(data)
        return len(kept)

    def append(self, entry: Entry, clips: NDArray[np.uint8] | None) -> None:
        """Add the clips of the next video; some wait in memory for `flush`.

        Args:
            entry: The video.
            clips: uint8 (clips, 3, frames, height, width); None where it cannot be used.

        Raises:
            StorageError: The disk is full; what was written before stands.
        """
        self._waiting.append((entry, np.empty((0, *self._shape), np.uint8) if clips is None else clips))
        if len(self._waiting) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Force what waits to the disk, clips first, then the journal.

        Raises:
            StorageError: The disk is full; what was written before stands.
        """
        if not self._waiting:
            return
        entries = [entry for entry, _ in self._waiting]
        self._write(self._end(), b"".join(clips.tobytes() for _, clips in self._waiting))
        lines = "".join(json.dumps(asdict(entry)) + "\n" for entry in entries)
        append_durably(self._journal, lines.encode())
        self._entries += entries
        self._waiting.clear()

    def finish(self) -> Tensor:
        """Return the clips of all videos, mapped from the file, which is whole from now on.

        Returns:
            uint8 (N, 3, frames, height, width).

        Raises:
            StorageError: The disk is full.
        """
        self.flush()
        if self._growing.exists():
            self._complete()
        clips = self._mapped()
        if clips is None:
            raise StorageError(f"{self._whole} was changed by another program while it was written; delete it")
        return clips

    def _complete(self) -> None:
        self._write(0, self._header())
        try:
            self._growing.replace(self._whole)
        except OSError as error:
            raise _unwritable(self._whole, error) from error

    def _end(self) -> int:
        return _HEAD + self._row * sum(entry.clips for entry in self._entries)

    def _header(self) -> bytes:
        bytes_held = self._end() - _HEAD
        shape = [bytes_held // self._row, *self._shape]
        told = json.dumps({_CLIPS: {"dtype": "U8", "shape": shape, "data_offsets": [0, bytes_held]}}).encode()
        length = _HEAD - _LENGTH
        return length.to_bytes(_LENGTH, "little") + told.ljust(length)

    def _mapped(self) -> Tensor | None:
        try:
            with safe_open(self._whole, framework="pt") as file:
                clips: Tensor = file.get_tensor(_CLIPS)
        except (OSError, SafetensorError):
            # missing, or not sound
            return None
        return clips if _length(self._whole) == self._end() and clips.shape[1:] == self._shape else None

    def _grow_from(self, data: Path) -> None:
        """Make the growing file hold the clips of `entries`, and the journal tell of them only."""
        lines = "".join(json.dumps(asdict(entry)) + "\n" for entry in self._entries)
        try:
            self._growing.parent.mkdir(parents=True, exist_ok=True)
            if data == self._whole:
                self._copy(data)
            os.truncate(self._growing, self._end())
        except OSError as error:
            raise _unwritable(self._growing, error) from error
        write_durably(self._journal, lines.encode())
        self._whole.unlink(missing_ok=True)

    def _copy(self, data: Path) -> None:
        """Take over the clips of `entries` from a whole file, which stays as it is for those who have mapped it."""
        copy = self._growing.with_suffix(".copy")
        with copy.open("wb") as target:
            target.write(bytes(_HEAD))
            if self._end() > _HEAD:
                with data.open("rb") as source:
                    source.seek(_HEAD)
                    left = self._end() - _HEAD
                    while left and (part := source.read(min(left, _PIECE))):
                        target.write(part)
                        left -= len(part)
            target.flush()
            os.fsync(target.fileno())
        copy.replace(self._growing)

    def _write(self, place: int, content: bytes) -> None:
        try:
            with self._growing.open("r+b") as file:
                file.seek(place)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(self._growing, error) from error


def _read_journal(path: Path) -> list[Entry]:
    entries: list[Entry] = []
    try:
        # the entries before a line that is not sound are taken
        entries.extend(Entry(**json.loads(line)) for line in path.read_text().splitlines())
    except (OSError, ValueError, TypeError):
        return entries
    return entries


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"could not write {path}: {error.strerror}; what was decoded stands. Free space there, or set NETWRIGHT_CACHE "
        "to a folder on another disk, then repeat the same command"
    )
