"""An online store filled from history: whole or not at all."""

import sqlite3
import tempfile
from pathlib import Path

from netwright.features.bound_view import bind
from netwright.features.database import Resources, opened
from netwright.features.history import Events, load_events
from netwright.features.online_store import OnlineStore
from netwright.features.stored_history import stored_history
from netwright.features.times import MICROSECONDS
from netwright.records.errors import InputError, StorageError
from netwright.records.feature_view import FeatureView

SLACK = 86_400.0
"""Seconds before the newest event at which features can still be asked for: payments may come out of order."""


def materialise(
    view: FeatureView, events: Events, path: Path, resources: Resources | None = None, slack: float = SLACK
) -> int:
    """Make an online store of a history.

    The store grows in a folder of its own and takes its name at the end: a run that is killed leaves no store behind.

    Args:
        view: The features.
        events: What happened so far, in any order.
        path: The store's file; there is none yet.
        resources: What the database that reads the history may use.
        slack: Seconds before the newest event at which features can still be asked for.

    Returns:
        How many events the store holds: those that lookups can see.

    Raises:
        InputError: There is such a file already.
        StorageError: The store cannot be written.
    """
    if path.exists():
        raise InputError(f"{path} is there already; remove it, or name another file")
    bound = bind(view)
    try:
        with (
            opened(resources or Resources()) as connection,
            tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as place,
        ):
            load_events(connection, "events", events, view, tuple(column.name for column in view.columns))
            newest = connection.execute("SELECT max(created) FROM events").fetchall()[0][0]
            first = newest - bound.longest - round(slack * MICROSECONDS)
            new = Path(place, "store.db")
            with OnlineStore(new, view) as store:
                store.extend(stored_history(connection, view, first))
                store.give_up_before(newest / MICROSECONDS - slack)
                count = store.count()
            _fold_log(new)
            new.rename(path)
    except OSError as error:
        raise StorageError(
            f"could not write {path}: {error.strerror}; choose a folder that you may write to"
        ) from error
    return count


def _fold_log(path: Path) -> None:
    """Bring everything into the one file that is renamed: the last connection to close does so, and this makes sure."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
