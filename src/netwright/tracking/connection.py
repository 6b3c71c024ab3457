"""The way to MLflow: where it is, quiet, without telemetry, and with a database that is there whole or not at all.

MLflow is imported on the first connection, which takes about a second; setting up a new database takes a few more.
"""

import fcntl
import os
import re
import shutil
import sqlite3
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    # a server that went away must be noticed in seconds: MLflow's own settings wait for minutes
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}
"""Environment variables of MLflow that netwright sets where the user has not."""

_DEPRECATION = "The ``noload`` loader strategy is deprecated"
_SQLITE = "sqlite:///"


def tracking_uri(folder: Path) -> str:
    """Return where the runs of a study go: `MLFLOW_TRACKING_URI`, else a SQLite database in its folder.

    Args:
        folder: The study's folder.

    Returns:
        The URI, as MLflow reads it.
    """
    return os.environ.get("MLFLOW_TRACKING_URI") or f"{_SQLITE}{folder.resolve()}/mlflow.db"


def connect(uri: str) -> Any:
    """Return a client of MLflow; a SQLite database that is not there yet is set up first.

    Args:
        uri: Where MLflow is; the model registry is in the same place.

    Returns:
        The `MlflowClient`.
    """
    _prepare()
    # only importing this much of MLflow is quick, and it must come after the settings
    from mlflow.tracking import MlflowClient

    database = sqlite_file(uri)
    if database is not None and not database.exists():
        _create(database)
    return MlflowClient(uri)


def mlflow_failures() -> tuple[type[Exception], ...]:
    """Return the errors that MLflow, its database and its server are known to fail with."""
    _prepare()
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    # OSError: the disk, the network (requests); ImportError: the driver of a database; ValueError: a malformed URI
    return (MlflowException, SQLAlchemyError, sqlite3.Error, OSError, ImportError, ValueError)


def sqlite_file(uri: str) -> Path | None:
    """Return the file of a SQLite URI, or None for any other URI.

    >>> sqlite_file("sqlite:////tmp/study/mlflow.db").as_posix(), sqlite_file("http://localhost:5000")
    ('/tmp/study/mlflow.db', None)
    """
    name = uri.removeprefix(_SQLITE).partition("?")[0]
    return Path(name) if uri.startswith(_SQLITE) and name not in {"", ":memory:"} else None


def without_password(uri: str) -> str:
    """Return a URI as it may be shown.

    >>> without_password("https://ann:secret@mlflow.example/")
    'https://***@mlflow.example/'
    """
    return re.sub(r"//[^/@]*@", "//***@", uri)


def reason_of(error: Exception) -> str:
    r"""Return the kind and the first line of an error; databases and servers add whole statements and pages.

    >>> reason_of(ValueError("no such table: runs\n[SQL: SELECT ...]"))
    'ValueError: no such table: runs'
    """
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first[:200]}"


def _prepare() -> None:
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    # MLflow's tables use an option that SQLAlchemy 2.1 deprecates; nobody who runs a study can act on that
    warnings.filterwarnings("ignore", message=re.escape(_DEPRECATION))


def _create(database: Path) -> None:
    """Set a database up elsewhere and move it in: one whose set-up was killed half-way can never be used again."""
    from mlflow.tracking import MlflowClient

    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(f".{database.name}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in database.parent.glob(f".{database.name}-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        if database.exists():
            return
        with TemporaryDirectory(dir=database.parent, prefix=f".{database.name}-") as place:
            new = Path(place) / "new.db"
            MlflowClient(f"{_SQLITE}{new.resolve()}")
            new.rename(database)
