"""Where netwright keeps what it can fetch or make again."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder for downloads and other things that can be made again; it may not exist yet.

    It is `$NETWRIGHT_CACHE`, else `$XDG_CACHE_HOME/netwright`, else `~/.cache/netwright`.

    Returns:
        The folder, absolute.

    Source: XDG Base Directory Specification 0.8, which says that a relative XDG path is ignored.

    >>> import os
    >>> os.environ["NETWRIGHT_CACHE"] = "/tmp/kept"
    >>> print(cache_folder())
    /tmp/kept
    >>> del os.environ["NETWRIGHT_CACHE"]
    """
    own = os.environ.get("NETWRIGHT_CACHE")
    if own:
        return Path(own).expanduser().absolute()
    shared = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (shared if shared.is_absolute() else Path.home() / ".cache") / "netwright"
