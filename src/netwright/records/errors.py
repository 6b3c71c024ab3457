"""Every error that netwright raises on purpose.

    NetwrightError
    ├── InputError            what was handed in is wrong; the command line exits with 2
    │   ├── ScenarioError     a scenario file: all its faults at once, with line and key
    │   ├── DataError         a data set: missing, corrupt, leaking, too small
    │   ├── CandidateError    a candidate: its factory, its options, the shape of its output
    │   ├── ModelError        a module, its example batch or its optimizer, handed to an instrument
    │   ├── LedgerError       a folder of results that belongs to another scenario, or is in use
    │   ├── PackageError      a package: missing, incomplete, changed since it was made
    │   ├── ExtrapolationError  a curve asked for far beyond what was measured
    │   └── MissingExtraError a feature whose optional packages are not installed
    ├── RequestError          a request that the service refuses, with the status of its response
    ├── DivergedError         a training whose loss left the finite numbers
    └── StorageError          results could not be written (disk full, no permission)

Every message says what was found, where, and what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


class NetwrightError(Exception):
    """The root of all errors that netwright raises on purpose."""


class InputError(NetwrightError):
    """What was handed in is wrong: the message names it, and says what to do."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a scenario file.

    Args:
        line: Line in the file, counted from 1; None where the fault is something missing.
        key: The dotted key, such as `candidate[0].recipe.lr`.
        found: What stands there and why it is wrong.
        remedy: What to write instead.
    """

    line: int | None
    key: str
    found: str
    remedy: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        return f"{place}{self.key}: {self.found}. {self.remedy}"


class ScenarioError(InputError):
    """All faults of a scenario file at once.

    >>> print(ScenarioError("s.toml", [Fault(3, "design.seeds", "found 0", "Write at least 1.")]))
    s.toml has 1 fault:
      line 3: design.seeds: found 0. Write at least 1.
    """

    def __init__(self, source: str | Path, faults: Sequence[Fault]) -> None:
        self.source = str(source)
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line is None, fault.line or 0, fault.key)))
        count = f"{len(faults)} fault" + ("" if len(faults) == 1 else "s")
        super().__init__("\n  ".join([f"{source} has {count}:", *map(str, self.faults)]))


class DataError(InputError):
    """A data set that is missing, corrupt, leaking from train to test, or too small."""


class CandidateError(InputError):
    """A candidate that cannot be built or does not fit its task."""


class ModelError(InputError):
    """A module, its example batch or its optimizer that an instrument cannot work with."""


class LedgerError(InputError):
    """A results folder that belongs to another scenario or is in use by another study."""


class PackageError(InputError):
    """A package that is missing, incomplete, or changed since it was made."""


class ExtrapolationError(InputError):
    """A curve was asked for a size too far beyond what was measured."""


class MissingExtraError(InputError):
    """A feature needs optional packages that are not installed.

    >>> print(MissingExtraError("reading image files", "images"))
    reading image files needs packages that are not installed; run: pip install "netwright[images]"
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f'{feature} needs packages that are not installed; run: pip install "netwright[{extra}]"')


class RequestError(NetwrightError):
    """A request that the service refuses.

    Args:
        status: The status of the HTTP response, such as 400, 413, 429, 503 or 504.
        message: What was found, and what to do.
        retry_after: Seconds after which another try makes sense; None where none does, or where it is not known.
    """

    def __init__(self, status: int, message: str, retry_after: float | None = None) -> None:
        self.status = status
        self.retry_after = retry_after
        super().__init__(message)


class DivergedError(NetwrightError):
    """A training whose loss is no longer a finite number."""


class StorageError(NetwrightError):
    """Results could not be written; what was written before stands."""


def nearest(name: str, known: Sequence[str]) -> str:
    """Return a remedy that names the known names nearest to a wrong one.

    >>> nearest("resnt", ["alexnet", "resnet", "mlp"])
    'Did you mean resnet? Known: alexnet, mlp, resnet.'
    """
    close = get_close_matches(name, known, n=2, cutoff=0.6)
    guess = f"Did you mean {' or '.join(close)}? " if close else ""
    return f"{guess}Known: {', '.join(sorted(known))}."
