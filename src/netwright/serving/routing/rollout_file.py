"""The file of a rollout: what became of a canary, for people, and for the next start."""

import logging
import threading
from pathlib import Path

from pydantic import ValidationError

from netwright.machine.durable import write_durably
from netwright.records.errors import LedgerError, StorageError
from netwright.records.rollout import Rollout

_log = logging.getLogger(__name__)


class RolloutFile:
    """Reads and writes the state of a rollout.

    Args:
        path: The file; its folder exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None

    def read(self) -> Rollout | None:
        """Return the state that was written last; None where there is none.

        Raises:
            LedgerError: The file is damaged: whether a canary was rolled back is not known.
        """
        try:
            return Rollout.from_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise LedgerError(
                f"{self.path} says whether this canary was rolled back before, and cannot be read; look at it, then "
                "delete it to begin anew"
            ) from error

    def write(self, rollout: Rollout) -> None:
        """Write the state; a roll-back of the same versions stands.

        A disk that is full is told, and changes nothing else.
        """
        with self._lock:
            if rollout.stage == "running" and self._stands(rollout):
                return
            try:
                write_durably(self.path, rollout.to_json(indent=2).encode())
            except StorageError as error:
                _log.warning("the state of the rollout is not kept, a restart would begin it anew: %s", error)

    def _stands(self, rollout: Rollout) -> bool:
        """Return whether another process has rolled the same canary back, or has left what nobody can read."""
        try:
            found = self.read()
        except LedgerError:
            return True
        pair = (rollout.main, rollout.canary)
        return found is not None and found.stage == "rolled back" and (found.main, found.canary) == pair

    def write_soon(self, rollout: Rollout) -> None:
        """Write the state from a thread of its own, so that a slow disk makes no request wait."""
        self._writer = threading.Thread(target=self.write, args=(rollout,), name="rollout")
        self._writer.start()

    def close(self) -> None:
        """Wait for what is being written."""
        if self._writer is not None:
            self._writer.join()
