"""Reading a package: nothing in it is run or unpickled, and nothing that was changed since it was made is used."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import ValidationError

from netwright.records.decision import Decision
from netwright.records.errors import PackageError
from netwright.records.feature_view import FeatureView
from netwright.records.package import Manifest, PackagedModel, Role
from netwright.records.reference import Reference
from netwright.serving.forms.catalog import read_form
from netwright.serving.forms.form import Form

MANIFEST, DECISION, FORM, REFERENCE = "package.json", "decision.json", "inputs.json", "reference.json"
EMBEDDING, CHECKS, CARD, VIEW = "embedding.safetensors", "checks.safetensors", "README.md", "features.json"
VERSION_DIGITS = 12
AT_ONCE = 2**20
T = TypeVar("T")


@dataclass(frozen=True)
class Package:
    """A package that was found whole.

    Args:
        folder: Where it is.
        manifest: What it holds.
        form: What a request carries.
        version: The beginning of the manifest's SHA-256: any change of any file changes it.
    """

    folder: Path
    manifest: Manifest
    form: Form
    version: str

    @cached_property
    def decision(self) -> Decision:
        """The decision that it ships."""
        return Decision.from_json((self.folder / DECISION).read_bytes())

    @cached_property
    def reference(self) -> Reference:
        """What the data looked like on which it was decided."""
        return Reference.from_json((self.folder / REFERENCE).read_bytes())

    @cached_property
    def view(self) -> FeatureView | None:
        """The feature view that its rows were computed by; None where they are as they came."""
        path = self.folder / VIEW
        return FeatureView.from_json(path.read_bytes()) if path.is_file() else None

    def model(self, role: Role) -> PackagedModel | None:
        """Return the model of a role, None where there is none."""
        return next((model for model in self.manifest.models if model.role == role), None)


def open_package(folder: str | Path) -> Package:
    """Return a package after every file of it was compared with its mark in the manifest.

    Args:
        folder: As `netwright ship` writes it.

    Returns:
        The package.

    Raises:
        PackageError: There is no package there, a file is missing, was changed or was added, or the format is another.
    """
    folder = Path(folder)
    content = _content(folder)
    manifest = _read(folder / MANIFEST, lambda: Manifest.from_json(content))
    for name, mark in manifest.files.items():
        _check(folder, name, mark.size, mark.sha256)
    extra = sorted(set(_files(folder)) - {*manifest.files, MANIFEST})
    if extra:
        raise PackageError(
            f"{folder} holds {extra[0]}, which its {MANIFEST} does not name; remove it, or make the package anew with "
            "netwright ship"
        )
    form = _read(folder / FORM, lambda: read_form((folder / FORM).read_bytes()))
    return Package(folder, manifest, form, package_version(content))


def package_version(manifest: bytes) -> str:
    """Return the version of a package: the beginning of the SHA-256 of its manifest.

    >>> package_version(b"{}")
    '44136fa355b3'
    """
    return hashlib.sha256(manifest).hexdigest()[:VERSION_DIGITS]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(AT_ONCE):
            found.update(part)
    return found.hexdigest()


def _content(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise PackageError(
            f"{folder} is no package: it has no {MANIFEST} that can be read; make one with netwright ship STUDY"
        ) from error


def _files(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()]


def _check(folder: Path, name: str, size: int, sha256: str) -> None:
    parts = PurePosixPath(name)
    path = folder / name
    if parts.is_absolute() or ".." in parts.parts:
        raise PackageError(f"{folder / MANIFEST} names {name}, which lies outside the package; do not use it")
    if not path.is_file() or path.is_symlink():
        raise PackageError(f"{path} is missing, or no plain file; make the package anew with netwright ship")
    found = path.stat().st_size
    if found != size or digest(path) != sha256:
        what = f"has {found} bytes instead of {size}" if found != size else "has another content"
        raise PackageError(
            f"{path} {what} than when the package was made: it was changed or damaged; make the package anew with "
            "netwright ship"
        )


def _read(path: Path, read: Callable[[], T]) -> T:
    try:
        return read()
    except (OSError, ValidationError) as error:
        first = error.errors(include_url=False)[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise PackageError(f"{path} cannot be read ({first}); make the package anew with netwright ship") from error
