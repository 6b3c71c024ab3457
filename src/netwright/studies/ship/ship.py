"""Shipping a decision: a package, and its place in the registry."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from netwright.machine.progress import Progress, Silent
from netwright.records.errors import StorageError
from netwright.serving.package import MANIFEST, Package, open_package, package_version
from netwright.studies.feedback_share import feedback_share, feedback_warning
from netwright.studies.read import read_study
from netwright.studies.ship.packing import pack
from netwright.tracking.connection import tracking_uri
from netwright.tracking.packages import register_package

FOLDER, NEW = "package", ".package-new"
"""Where the package of a study goes, in its folder, and where it is made."""


@dataclass(frozen=True)
class Shipped:
    """What was shipped.

    Args:
        package: Opened from its folder: whole.
        place: `models:/NAME/VERSION`; empty where the registry did not take it.
        notes: Why it did not, and what to be warned of.
    """

    package: Package
    place: str
    notes: tuple[str, ...] = ()


def ship(
    folder: str | Path,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Shipped:
    """Turn a study's decision into a package and a registry entry.

    A registry that cannot be reached stops nothing: the package is whole all the same, and a note says why.

    Args:
        folder: The study's folder.
        out: A new folder; None for `package` in the study's folder, where an earlier one is set aside.
        progress: Where progress is shown; nowhere if not given.

    Returns:
        The package and its place; a note warns where a model's own predictions were labels of the training data.

    Raises:
        InputError: The study chose no candidate, or there is something in the folder already.
        StorageError: The package could not be written.
    """
    folder = Path(folder)
    made = folder / NEW if out is None else Path(out)
    if out is None and made.exists():
        # a package that was made, and killed before it took its place
        shutil.rmtree(made)
    found = feedback_share(read_study(folder).decision.scenario.data)
    place = pack(folder, made, progress or Silent(), 0.0 if found is None else found.share)
    if out is None:
        place = _take_its_place(place, folder / FOLDER)
    shipped = register(open_package(place), tracking_uri(folder))
    warning = None if found is None else feedback_warning(found)
    return shipped if warning is None else replace(shipped, notes=(*shipped.notes, warning))


def _take_its_place(new: Path, place: Path) -> Path:
    """Give a new package the usual name; an earlier one is kept under its version."""
    manifest = place / MANIFEST
    if manifest.is_file():
        kept = place.with_name(f"{place.name}-{package_version(manifest.read_bytes())}")
        if kept.exists():
            shutil.rmtree(place)
        else:
            place.rename(kept)
    return new.rename(place)


def register(package: Package, uri: str) -> Shipped:
    """Put a package into the registry at a URI of MLflow; what it does not take is a note."""
    manifest = package.manifest
    tags = {
        "version": package.version,
        "scenario_hash": manifest.scenario_hash,
        "candidate": manifest.models[0].candidate,
        "engine": manifest.models[0].choice.engine,
    }
    try:
        place = register_package(uri, package.folder, manifest.name, tags)
    except StorageError as error:
        return Shipped(package, "", (str(error),))
    return Shipped(package, place)
