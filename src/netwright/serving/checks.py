"""A package's own check: real inputs, and what each of its models said of them when the package was made."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from netwright.records.errors import PackageError
from netwright.records.package import Role
from netwright.serving.engine import Engine
from netwright.serving.forms.form import Inputs
from netwright.serving.package import CHECKS, Package

INPUTS = "inputs"
TOLERANCE = 1e-4
"""How far a logit may be from what it was, relative to the largest: other processors round differently."""


class Checks(NamedTuple):
    """Real inputs with the answers that were given to them.

    Args:
        inputs: (N, *shape).
        logits: Role -> float32 (N, K).
    """

    inputs: Inputs
    logits: dict[str, NDArray[np.float32]]


def read_checks(package: Package) -> Checks:
    """Return the check of a package.

    Raises:
        PackageError: Its file cannot be read.
    """
    path = package.folder / CHECKS
    try:
        arrays = load_file(path)
    except (OSError, SafetensorError) as error:
        raise PackageError(f"{path} cannot be read ({error}); make the package anew with netwright ship") from error
    return Checks(arrays.pop(INPUTS), arrays)


def check_engine(engine: Engine, package: Package, role: Role) -> float:
    """Ask an engine what its model was asked when the package was made.

    Args:
        engine: Of the package.
        package: The package.
        role: Which of its models.

    Returns:
        The largest difference of a logit.

    Raises:
        PackageError: It says something else than then.
    """
    checks = read_checks(package)
    wanted = checks.logits[role]
    difference = float(np.abs(engine.answer(checks.inputs).logits - wanted).max())
    if not difference <= TOLERANCE * max(1.0, float(np.abs(wanted).max())):
        raise PackageError(
            f"the model {role!r} of {package.folder} answers otherwise here than where it was packaged (a logit "
            f"differs by {difference:.3g}); package it on this machine with netwright ship"
        )
    return difference
