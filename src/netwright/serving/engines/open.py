"""Opening what computes a package's answers."""

import os
from pathlib import Path

from netwright.records.errors import PackageError
from netwright.records.package import Role
from netwright.serving.checks import check_engine, read_checks
from netwright.serving.engine import Engine
from netwright.serving.engines.onnx_engine import FILE, OnnxEngine
from netwright.serving.engines.text_onnx_engine import TextOnnxEngine
from netwright.serving.engines.torch_engine import MOST_TOKENS, TorchEngine, load_module
from netwright.serving.package import Package, open_package

GIVES_WAY = 10
"""How much nicer a process is that nobody waits for."""


def open_engine(package: Package, role: Role, threads: int = 1, factories: tuple[str, ...] = ()) -> Engine:
    """Return the engine of a package's model, as was chosen when the package was made.

    Args:
        package: The package.
        role: `chosen` or `fallback`.
        threads: That it may compute with.
        factories: Factories outside the catalog that may be imported, `package.module:function`.

    Returns:
        The engine.

    Raises:
        PackageError: There is no such model in the package, or it cannot be read.
    """
    model = package.model(role)
    if model is None:
        known = ", ".join(one.role for one in package.manifest.models)
        raise PackageError(f"{package.folder} has no model {role!r}; it has {known}")
    if model.choice.engine == "onnx":
        if model.layout == "transformers":
            return TextOnnxEngine(package.folder / model.folder, model.tokens or MOST_TOKENS, threads)
        return OnnxEngine(package.folder / model.folder / FILE, threads)
    example = read_checks(package).inputs[:1]
    return TorchEngine(load_module(package.folder, model, factories), example, threads)


def open_checked_engine(folder: Path, role: Role, threads: int = 1, factories: tuple[str, ...] = ()) -> Engine:
    """Return the engine of a package's model by its folder, after it answered the package's own check.

    This is what a process of its own is told, so it takes plain facts only.

    Args:
        folder: Of the package.
        role: `chosen` or `fallback`.
        threads: That it may compute with.
        factories: Factories outside the catalog that may be imported.

    Returns:
        The engine.
    """
    package = open_package(folder)
    engine = open_engine(package, role, threads, factories)
    check_engine(engine, package, role)
    return engine


def open_background_engine(folder: Path, role: Role, threads: int = 1, factories: tuple[str, ...] = ()) -> Engine:
    """Return the same engine, and give way to every other process: of a shadow nobody waits for the answer.

    Args:
        folder: Of the package.
        role: `chosen` or `fallback`.
        threads: That it may compute with.
        factories: Factories outside the catalog that may be imported.

    Returns:
        The engine; this process has a lower priority from now on.

    Source: POSIX nice(2).
    """
    os.nice(GIVES_WAY)
    return open_checked_engine(folder, role, threads, factories)
