"""Where the package is that a command was told to work on."""

import os
from pathlib import Path

from netwright.machine.cache import cache_folder
from netwright.records.errors import InputError
from netwright.tracking.packages import PREFIX, fetch_package, read_package_address

PACKAGES = "packages"


def find_package(name: str, registry: str | None = None) -> Path:
    """Return the folder of a package, brought from the registry where it is named by a place there.

    Args:
        name: A folder, or `models:/NAME/VERSION` or `models:/NAME@ALIAS`.
        registry: The URI of MLflow, or the folder of a study whose registry it is; `MLFLOW_TRACKING_URI` if not given.

    Returns:
        The folder; what is in it has not been looked at.

    Raises:
        InputError: The place is none, nothing says where the registry is, or it has no such package.
    """
    if not name.startswith(PREFIX):
        return Path(name)
    address = read_package_address(name)
    return fetch_package(_uri(name, registry), address, cache_folder() / PACKAGES)


def _uri(name: str, registry: str | None) -> str:
    if registry is None:
        found = os.environ.get("MLFLOW_TRACKING_URI")
        if not found:
            raise InputError(
                f"{name} is in a registry, and nothing says where that is; set MLFLOW_TRACKING_URI, or name the folder "
                "of the study with --registry"
            )
        return found
    if "://" in registry:
        return registry
    if not (Path(registry) / "mlflow.db").is_file():
        raise InputError(f"{registry} has no mlflow.db; name the folder of a study, or a URI of MLflow")
    return f"sqlite:///{Path(registry).resolve()}/mlflow.db"
