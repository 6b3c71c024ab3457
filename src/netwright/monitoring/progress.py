"""What a monitor has taken in so far, kept beside the store: a restart forgets nothing and counts nothing twice."""

import base64
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from netwright.machine.durable import write_durably
from netwright.monitoring.live_accuracy import Tally
from netwright.records.errors import StorageError
from netwright.records.monitor import Alarm, Count, TriggerState, Window
from netwright.records.record import Record


class Progress(Record):
    """Everything that a monitor knows.

    Args:
        format: Of the file.
        store: Name of the store that was read.
        place: Of the last event that was read.
        events: Events that were read.
        latest: Time of the newest; None without events.
        counts: Events by kind.
        windows: The last stretches of time.
        unreadable: Answers whose numbers do not fit the reference.
        tally: Labels and answers.
        triggers: One state for each condition of the decision.
        drift: What the drift monitor saved, in base64; empty at the beginning.
        alarms: All, oldest first.
    """

    format: Literal["netwright monitor 1"] = "netwright monitor 1"
    store: str = ""
    place: int = 0
    events: int = 0
    latest: float | None = None
    counts: tuple[Count, ...] = ()
    windows: tuple[Window, ...] = ()
    unreadable: int = 0
    tally: Tally = Tally()
    triggers: tuple[TriggerState, ...] = ()
    drift: str = ""
    alarms: tuple[Alarm, ...] = ()

    @property
    def drift_saved(self) -> bytes:
        """The drift monitor's state, as it wrote it."""
        return base64.b64decode(self.drift)

    def with_drift(self, saved: bytes) -> "Progress":
        """Return this with another state of the drift monitor."""
        return self.model_copy(update={"drift": base64.b64encode(saved).decode("ascii")})


def progress_file(store: Path, version: str) -> Path:
    """Return where the progress of a package's monitor is kept.

    >>> progress_file(Path("t.db"), "44136fa355b3").as_posix()
    't.db.monitor-44136fa355b3.json'
    """
    return store.with_name(f"{store.name}.monitor-{version}.json")


def read_progress(path: Path) -> Progress | None:
    """Return what was kept, None where nothing was.

    Args:
        path: The file.

    Returns:
        The progress.

    Raises:
        StorageError: The file cannot be read, or is something else.
    """
    try:
        return Progress.from_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}); correct its permissions") from error
    except ValidationError as error:
        raise StorageError(
            f"{path} is no progress of a monitor ({error.error_count()} faults); delete it to begin the watch anew"
        ) from error


def write_progress(path: Path, progress: Progress) -> None:
    """Keep the progress: the file is the old one or the new one, never a part.

    Args:
        path: The file.
        progress: What is kept.
    """
    write_durably(path, progress.to_json().encode())


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other monitors of the same package and store away while the block runs; they wait.

    Args:
        path: The file of the progress.

    Yields:
        Nothing.

    Raises:
        StorageError: The lock cannot be made.
    """
    place = path.with_name(f"{path.name}.lock")
    try:
        file = place.open("wb")
    except OSError as error:
        raise StorageError(
            f"could not write {place}: {error.strerror}; a monitor keeps its progress beside the telemetry, so let it "
            "write there, or give it a copy"
        ) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
