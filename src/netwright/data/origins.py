"""Where the files of a data set can be brought from: a folder, a Debian package, a web site (and `python_package`)."""

import http.client
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_PATIENCE = 600.0
_ANSWER = 20.0
_FAULTS = ("E:", "dpkg-deb:")


class UnreachableError(Exception):
    """An origin did not give the files; the message says why. `fetch_files` tells it and tries the next one."""


class Origin(Protocol):
    """A place that files come from."""

    @property
    def title(self) -> str:
        """What messages call it."""

    def bring(self, names: Iterable[str], workspace: Path) -> Path:
        """Return a folder that holds the files, each plain or with `.gz` behind its name.

        Args:
            names: The files.
            workspace: An empty folder that the origin may fill.

        Returns:
            The folder.

        Raises:
            UnreachableError: The origin does not have them or does not answer.
        """


@dataclass(frozen=True)
class LocalFolder:
    """A folder on this machine.

    Args:
        folder: Where.
        purpose: What it is, such as "local copy".
    """

    folder: Path
    purpose: str

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"{self.purpose} {self.folder}"

    def bring(self, names: Iterable[str], workspace: Path) -> Path:  # noqa: ARG002 - nothing has to be made
        """Return the folder itself; UnreachableError where it lacks a file."""
        if not self.folder.is_dir():
            raise UnreachableError("there is no such folder")
        missing = [name for name in names if find_file(self.folder, name) is None]
        if missing:
            raise UnreachableError(f"it lacks {', '.join(missing)}")
        return self.folder


@dataclass(frozen=True)
class DebianPackage:
    """A package of the Debian or Ubuntu archive, downloaded and unpacked without installing it: no root is needed.

    Args:
        package: Its name.
        inside: The folder of the files in the package.
    """

    package: str
    inside: Path

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"Debian package {self.package}"

    def bring(self, names: Iterable[str], workspace: Path) -> Path:  # noqa: ARG002 - the package is taken whole
        """Return the folder in the unpacked package; UnreachableError where there is no apt-get or no archive."""
        missing = [tool for tool in ("apt-get", "dpkg-deb") if shutil.which(tool) is None]
        if missing:
            raise UnreachableError(f"{' and '.join(missing)} not found: this is no Debian or Ubuntu system")
        self._download(workspace)
        packages = sorted(workspace.glob("*.deb"))
        if not packages:
            raise UnreachableError("apt-get download left no package behind")
        unpacked = workspace / "unpacked"
        run_command(["dpkg-deb", "-x", str(packages[0]), str(unpacked)], workspace, _FAULTS)
        return unpacked / self.inside

    def _download(self, workspace: Path) -> None:
        download = ["download", self.package]
        try:
            run_command([*_apt(workspace), *download], workspace, _FAULTS)
        except UnreachableError as first:
            # the system's package lists may be empty or old, and only root may renew them: make our own
            lists = workspace / "state" / "lists"
            (lists / "partial").mkdir(parents=True)
            own = [*_apt(workspace), "-o", f"Dir::State={lists.parent}", "-o", f"Dir::State::lists={lists}"]
            try:
                run_command([*own, "update"], workspace, _FAULTS)
                run_command([*own, *download], workspace, _FAULTS)
            except UnreachableError as second:
                raise UnreachableError(f"{first}; with package lists of our own: {second}") from second


@dataclass(frozen=True)
class WebSite:
    """A folder of a web site.

    Args:
        address: Its URL, with a slash at the end.
    """

    address: str

    @property
    def title(self) -> str:
        """What messages call it."""
        return self.address

    def bring(self, names: Iterable[str], workspace: Path) -> Path:
        """Return the workspace, filled with the files; UnreachableError where the site does not give one."""
        for name in names:
            # the address is a constant of the source; what comes is checked by its SHA-256
            url, path = f"{self.address}{name}.gz", workspace / f"{name}.gz"
            try:
                with urllib.request.urlopen(url, timeout=_ANSWER) as answer, path.open("wb") as file:  # noqa: S310
                    shutil.copyfileobj(answer, file)
            except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
                raise UnreachableError(f"{name}.gz: {getattr(error, 'reason', None) or error}") from error
        return workspace


def find_file(folder: Path, name: str) -> Path | None:
    """Return the file of that name, plain or with `.gz`, or None."""
    return next((path for path in (folder / f"{name}.gz", folder / name) if path.is_file()), None)


def _apt(workspace: Path) -> list[str]:
    options = {
        "Dir::Cache": str(workspace / "cache"),
        "Debug::NoLocking": "1",
        "Acquire::http::Timeout": f"{_ANSWER:.0f}",
        "Acquire::https::Timeout": f"{_ANSWER:.0f}",
    }
    return ["apt-get", "-q", *(part for item in options.items() for part in ("-o", "=".join(item)))]


def run_command(command: Sequence[str], folder: Path, faults: tuple[str, ...]) -> None:
    """Run a program to its end, and tell why where it fails.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        faults: How the lines begin in which it tells its faults.

    Raises:
        UnreachableError: It cannot be started, takes too long, or fails; the message holds these lines.
    """
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreachableError(f"{command[0]} took longer than {_PATIENCE:.0f} s") from error
    except OSError as error:
        raise UnreachableError(f"{command[0]} could not be started: {error.strerror}") from error
    if done.returncode:
        told = [line for line in done.stderr.splitlines() if line.startswith(faults)]
        raise UnreachableError("; ".join(told) or f"{command[0]} ended with {done.returncode}")
