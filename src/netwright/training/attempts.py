"""How often a training was started, how long it ran in all, and how much of that work was lost."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from netwright.machine.durable import write_durably
from netwright.records.errors import LedgerError, StorageError

BEAT = 1.0
"""Seconds between two signs of life: lost work is known to within this."""


@dataclass(frozen=True)
class Attempts:
    """The attempts at a training so far, the current one included.

    Args:
        count: How many were begun.
        seconds: Wall time that they worked.
        lost_seconds: Part of it that came after the last checkpoint of an attempt that was cut off.
    """

    count: int = 0
    seconds: float = 0.0
    lost_seconds: float = 0.0


def begin_attempt(checkpoint: Path) -> Attempts:
    """Note beside a checkpoint that an attempt begins now.

    Args:
        checkpoint: Where the training keeps its checkpoint; its folder exists.

    Returns:
        The attempts, with the one that begins; seconds and lost seconds are those of the earlier ones.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [begin_attempt(Path(folder, "checkpoint.pt")).count for _ in range(3)]
    [1, 2, 3]
    """
    earlier = read_attempts(checkpoint)
    now = Attempts(earlier.count + 1, earlier.seconds, earlier.lost_seconds)
    note = {"count": now.count, "seconds": now.seconds, "lost_seconds": now.lost_seconds, "started": time.time()}
    write_durably(_marker(checkpoint), json.dumps(note).encode())
    return now


def read_attempts(checkpoint: Path) -> Attempts:
    """Return the attempts at a training so far, whether the last one lives or was cut off; needs no torch.

    The last attempt worked from its start to its last sign of life; what it did after its last checkpoint is lost,
    unless it goes on.

    Args:
        checkpoint: Where the training keeps its checkpoint.

    Returns:
        The attempts; none where none was begun.

    Raises:
        LedgerError: The note beside the checkpoint is unreadable.
    """
    marker = _marker(checkpoint)
    if not marker.exists():
        return Attempts()
    try:
        note = json.loads(marker.read_bytes())
        count, seconds, lost, started = (note[key] for key in ("count", "seconds", "lost_seconds", "started"))
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerError(f"{marker} is unreadable ({error}); delete it, or start the study anew") from error
    kept = max(started, checkpoint.stat().st_mtime) if checkpoint.exists() else started
    alive = max(kept, marker.stat().st_mtime)
    return Attempts(count, seconds + alive - started, lost + alive - kept)


class Heartbeat:
    """Called often, leaves a sign of life beside a checkpoint about once a second.

    Args:
        checkpoint: Where the training keeps its checkpoint; its attempt was begun.
    """

    def __init__(self, checkpoint: Path) -> None:
        self._marker = _marker(checkpoint)
        self._last = time.monotonic()

    def __call__(self) -> None:
        """Leave a sign where the last one is old enough.

        Raises:
            StorageError: The note was deleted while the training runs, or the disk fails.
        """
        now = time.monotonic()
        if now - self._last < BEAT:
            return
        self._last = now
        try:
            os.utime(self._marker)
        except OSError as error:
            raise StorageError(
                f"could not touch {self._marker}: {error.strerror}; is its folder still there?"
            ) from error


def _marker(checkpoint: Path) -> Path:
    return checkpoint.with_name(checkpoint.name + ".attempts")
