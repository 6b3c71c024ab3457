"""The last version of a data set that was sound: its statistics, kept to tell how the next one differs."""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from netwright.machine.cache import cache_folder
from netwright.machine.durable import write_durably
from netwright.records.errors import StorageError
from netwright.records.validation import Profile, Validation


def place_of(data: str) -> Path:
    """Return where the statistics of a data set's last sound version are kept.

    Args:
        data: Its name or address.

    Returns:
        The file in the cache; it may not exist yet.
    """
    return cache_folder() / "validated" / f"{hashlib.sha256(data.encode()).hexdigest()[:16]}.json"


def last_version(path: Path) -> Profile | None:
    """Return the statistics in a file.

    Args:
        path: The file.

    Returns:
        The statistics; None where there are none, or they are damaged: then nothing is known of an earlier version.
    """
    try:
        return Profile.from_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def keep_version(path: Path, validation: Validation) -> bool:
    """Keep the statistics of a version as the last sound one.

    Args:
        path: The file; its folder is made where it is missing.
        validation: What was found in it.

    Returns:
        Whether it was sound and is kept now.

    Raises:
        StorageError: The file cannot be written.
    """
    if not validation.sound:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"could not make {path.parent}: {error.strerror}; set NETWRIGHT_CACHE to a folder that you may write to"
        ) from error
    write_durably(path, validation.profile.to_json(indent=1).encode())
    return True
