"""Packages in MLflow's model registry: put there whole, and brought back whole."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from netwright.records.errors import InputError, StorageError
from netwright.tracking.connection import connect, mlflow_failures, reason_of, without_password
from netwright.tracking.run_facts import TAG_SCENARIO
from netwright.tracking.run_writer import experiment_of

SHIPPED = "shipped"
"""The alias of the version that was shipped last."""
PREFIX = "models:/"
TAG_PACKAGE = "netwright.package"
_ADDRESS = re.compile(r"models:/(?P<name>[^/@]+)(?:/(?P<version>\d+)|@(?P<alias>[^/@]+))$")


class PackageAddress(NamedTuple):
    """Where a package is in the registry.

    Args:
        name: Of the registered model.
        version: A number; None where an alias is given.
        alias: Such as `shipped`; None where a version is given.
    """

    name: str
    version: str | None
    alias: str | None


def read_package_address(text: str) -> PackageAddress:
    """Return what an address names.

    Args:
        text: `models:/NAME/VERSION` or `models:/NAME@ALIAS`.

    Returns:
        The address.

    Raises:
        InputError: It is none.

    >>> read_package_address("models:/garments@shipped")
    PackageAddress(name='garments', version=None, alias='shipped')
    """
    found = _ADDRESS.match(text)
    if found is None:
        raise InputError(f"{text!r} is no place in the registry; write models:/NAME/VERSION or models:/NAME@ALIAS")
    return PackageAddress(found["name"], found["version"], found["alias"])


def register_package(tracking_uri: str, folder: Path, name: str, tags: Mapping[str, str]) -> str:
    """Put a package into the registry, and the alias `shipped` on it; doing it again changes nothing.

    Args:
        tracking_uri: Where MLflow is.
        folder: The package.
        name: Of the registered model: the scenario's.
        tags: What is told of the version; `version` and `scenario_hash` are needed.

    Returns:
        The version's URI, `models:/NAME/VERSION`.

    Raises:
        StorageError: MLflow did not take it.
    """
    failures = mlflow_failures()
    try:
        client = connect(tracking_uri)
        version = _known(client, name, tags["version"]) or _add(client, tracking_uri, folder, name, tags)
        client.set_registered_model_alias(name, SHIPPED, version)
    except failures as error:
        raise StorageError(
            f"the package {folder} could not be put into the registry of MLflow at {without_password(tracking_uri)}: "
            f"{reason_of(error)}; it is whole where it is, and the same command tries again"
        ) from error
    return f"{PREFIX}{name}/{version}"


def fetch_package(tracking_uri: str, address: PackageAddress, folder: Path) -> Path:
    """Bring a package from the registry.

    Args:
        tracking_uri: Where MLflow is.
        address: Which one.
        folder: Where packages are kept; one that is there already is not brought again.

    Returns:
        The package's folder, `folder/NAME-VERSION-DIGEST`.

    Raises:
        InputError: There is no such model, version or alias, or that version is no package.
        StorageError: It could not be brought.
    """
    failures = mlflow_failures()
    try:
        client = connect(tracking_uri)
        version = _version(client, address, tracking_uri)
        mark = version.tags.get(TAG_PACKAGE)
        if mark is None:
            raise InputError(
                f"{PREFIX}{address.name}/{version.version} holds weights, not a package; make one with netwright ship"
            )
        target = folder / f"{address.name}-{version.version}-{mark}"
        return target if target.is_dir() else _bring(client, version, mark, target)
    except failures as error:
        raise StorageError(
            f"{PREFIX}{address.name} could not be brought from MLflow at {without_password(tracking_uri)}: "
            f"{reason_of(error)}; try again when it can be reached"
        ) from error


def _bring(client: Any, version: Any, mark: str, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bringing-") as place:
        brought = Path(client.download_artifacts(version.run_id, _folder(mark), place))
        # whole or not at all: what is used is checked against the marks in the package
        shutil.move(brought, target)
    return target


def _folder(mark: str) -> str:
    return f"package-{mark}"


def _version(client: Any, address: PackageAddress, uri: str) -> Any:
    versions = list(client.search_model_versions(f"name = '{address.name}'"))
    if not versions:
        known = sorted(model.name for model in client.search_registered_models())
        names = ", ".join(known) if known else "no model at all"
        raise InputError(f"the registry at {without_password(uri)} has no model {address.name!r}; it has {names}")
    numbers = sorted((str(version.version) for version in versions), key=int)
    if address.version is not None:
        found = next((version for version in versions if str(version.version) == address.version), None)
        if found is None:
            raise InputError(f"{address.name} has no version {address.version}; it has {', '.join(numbers)}")
        return found
    aliases = dict(client.get_registered_model(address.name).aliases)
    if address.alias not in aliases:
        told = ", ".join(sorted(aliases)) or "none"
        raise InputError(f"{address.name} has no alias {address.alias!r}; its aliases are {told}")
    wanted = str(aliases[address.alias])
    return next(version for version in versions if str(version.version) == wanted)


def _known(client: Any, name: str, mark: str) -> str | None:
    found = client.search_model_versions(f"name = '{name}' and tags.`{TAG_PACKAGE}` = '{mark}'")
    return str(found[0].version) if found else None


def _add(client: Any, uri: str, folder: Path, name: str, tags: Mapping[str, str]) -> str:
    mark = tags["version"]
    experiment = experiment_of(client, uri, name)
    run = client.create_run(experiment, tags={TAG_SCENARIO: tags["scenario_hash"]}, run_name=f"package {mark}")
    client.log_artifacts(run.info.run_id, str(folder), _folder(mark))
    client.set_terminated(run.info.run_id)
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    source = f"{run.info.artifact_uri}/{_folder(mark)}"
    made = client.create_model_version(name, source, run.info.run_id, {**tags, TAG_PACKAGE: mark})
    return str(made.version)
