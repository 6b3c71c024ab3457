"""Predictions that are kept while they come: whole parts in a folder beside the file, which appears in the end."""

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from netwright.machine.durable import write_durably
from netwright.records.errors import InputError, LedgerError, StorageError
from netwright.tracking.folder_lock import lock_folder

STATE = "state.json"
_PART = re.compile(r"part-(\d{12})-(\d{12})")


class Partial:
    """The parts of an unfinished file; a part holds the rows of the samples `start` to `stop`.

    Args:
        folder: Where they are.
        out: The file that comes of them.
    """

    def __init__(self, folder: Path, out: Path) -> None:
        self.folder, self.out = folder, out

    @property
    def rejects(self) -> Path:
        """The file that lists the samples without a prediction."""
        return self.out.with_name(f"{self.out.name}.rejects")

    @property
    def done(self) -> int:
        """Number of the first sample that no part has."""
        return max((stop for _, stop, _ in self._found()), default=0)

    def keep(self, start: int, stop: int, part: bytes, rejects: bytes) -> None:
        """Write the rows of the samples `start` to `stop`, and those without a prediction, durably."""
        place = self.folder / f"part-{start:012}-{stop:012}"
        # the part itself comes last: a part that is there has its rejects
        if rejects:
            write_durably(place.with_suffix(".rejects"), rejects)
        write_durably(place.with_suffix(".rows"), part)

    def parts(self) -> list[Path]:
        """Return the parts in the order of their samples."""
        return [path for _, _, path in self._found()]

    def write_rejects(self) -> None:
        """Write the list of the samples without a prediction; where there are none, there is no such file either."""
        held = [path.with_suffix(".rejects") for path in self.parts() if path.with_suffix(".rejects").exists()]
        if held:
            _write_whole(self.rejects, lambda file: _copy(held, file))
        else:
            # the list of an earlier run that met faults, which are gone now
            self.rejects.unlink(missing_ok=True)

    def rejected(self) -> Iterator[str]:
        """Return the JSON of each sample without a prediction."""
        for part in self.parts():
            path = part.with_suffix(".rejects")
            if path.exists():
                with path.open(encoding="utf-8") as file:
                    yield from file

    def finish(self, join: Callable[[list[Path], BinaryIO], None]) -> None:
        """Write the file, then remove the parts."""
        _write_whole(self.out, lambda file: join(self.parts(), file))
        shutil.rmtree(self.folder, ignore_errors=True)

    def _found(self) -> list[tuple[int, int, Path]]:
        found: list[tuple[int, int, Path]] = []
        for path in sorted(self.folder.glob("part-*.rows")):
            seen = _PART.fullmatch(path.stem)
            if seen is None or int(seen[1]) != (found[-1][1] if found else 0):
                raise InputError(f"{path} does not follow the parts before it; repeat with --restart to begin anew")
            found.append((int(seen[1]), int(seen[2]), path))
        return found


@contextmanager
def partial_beside(out: Path, facts: Mapping[str, str], restart: bool) -> Iterator[Partial]:
    """Open the parts of an unfinished file, for this process alone.

    Args:
        out: The file that comes of them.
        facts: What must be as it was when they were begun: name in words -> value.
        restart: Begin anew, whatever is there.

    Yields:
        The parts, none of them where the file was not begun.

    Raises:
        InputError: Another process is at them, or something is not as it was.
    """
    folder = out.with_name(f"{out.name}.partial")
    try:
        lock = lock_folder(folder)
    except LedgerError as error:
        raise InputError(f"another run is writing {out} (it holds {folder}); wait for it, or stop it") from error
    with lock:
        if restart:
            # the state last: parts without it would be taken for those of the new run
            for path in [*folder.glob("part-*"), folder / STATE]:
                path.unlink(missing_ok=True)
        _check(folder, facts)
        try:
            yield Partial(folder, out)
        finally:
            if not _has_parts(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _has_parts(folder: Path) -> bool:
    return any(folder.glob("part-*.rows"))


def _check(folder: Path, facts: Mapping[str, str]) -> None:
    path = folder / STATE
    if not _has_parts(folder):
        write_durably(path, json.dumps(dict(facts)).encode())
        return
    if not path.exists():
        raise InputError(f"{folder} has parts but no {STATE}, so nobody knows whose; repeat with --restart")
    try:
        known = dict(json.loads(path.read_bytes()))
    except ValueError as error:
        raise InputError(f"{path} cannot be read; repeat with --restart to begin anew") from error
    changed = [name for name in facts if known.get(name) != facts[name]]
    if changed:
        raise InputError(
            f"{folder} keeps an unfinished run, and {' and '.join(changed)} changed since; repeat its own command to "
            "finish it, or add --restart to begin anew"
        )


def _write_whole(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a file that may be larger than memory so that it appears whole: rename(2) after fsync(2)."""
    try:
        file, temporary = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.", suffix=".tmp")
        try:
            with os.fdopen(file, "wb") as stream:
                write(stream)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StorageError(
            f"could not write {path}: {error.strerror or error}; free space on that disk, then repeat the same command "
            "(what was predicted is kept)"
        ) from error


def _copy(parts: list[Path], file: BinaryIO) -> None:
    for path in parts:
        with path.open("rb") as part:
            shutil.copyfileobj(part, file)
