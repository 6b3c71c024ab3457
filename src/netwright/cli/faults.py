"""The faults that a command line names."""

from netwright.records.errors import InputError, nearest
from netwright.records.recovery import FAULTS, FaultKind


def read_faults(text: str) -> tuple[FaultKind, ...]:
    """Return the faults of a list such as `kill,oom`.

    Args:
        text: Names between commas; empty for none.

    Returns:
        The faults, each once, in the order in which they are written.

    Raises:
        InputError: A name is none of the faults.

    >>> read_faults("kill, oom")
    ('kill', 'oom')
    """
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in FAULTS:
            raise InputError(f"--inject: there is no fault {name!r}. {nearest(name, FAULTS)}")
    return tuple(fault for name in names for fault in FAULTS if fault == name)
