"""Putting a service together: from a package's folder to an app that a server runs."""

import math
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.event import Route
from netwright.monitoring.store import Store
from netwright.records.errors import PackageError
from netwright.records.package import Role
from netwright.serving.app import App, build_app
from netwright.serving.checks import read_checks
from netwright.serving.engine import Answers
from netwright.serving.engines.constant_engine import ConstantEngine
from netwright.serving.engines.open import open_checked_engine
from netwright.serving.execution.opened import OpenedRunner
from netwright.serving.forms.form import Inputs
from netwright.serving.package import Package, open_package
from netwright.serving.routing.canary import Canary
from netwright.serving.routing.fallback import Fallback
from netwright.serving.routing.rollback import Rollback, Tolerances
from netwright.serving.routing.rollout_file import RolloutFile
from netwright.serving.routing.service import Service
from netwright.serving.routing.shadow import Shadow
from netwright.serving.routing.upstream import Upstream
from netwright.serving.settings import Settings
from netwright.serving.telemetry.events import EventMaker
from netwright.serving.telemetry.recorder import Recorder
from netwright.serving.telemetry.unrecorded import Unrecorded
from netwright.serving.watching import package_watch


@dataclass(frozen=True)
class Beside:
    """What runs beside a package's models.

    Args:
        canary: A package that answers a share of the keys; None for none.
        share: That share, from 0 to 1.
        tolerances: What the canary may be worse by before it is rolled back.
        shadow: A package that sees copies of a share of the requests; None for none.
        shadowed: That share, from 0 to 1.
        factories: Factories outside the catalog that may be imported, `package.module:function`.
    """

    canary: Path | None = None
    share: float = 0.05
    tolerances: Tolerances = field(default_factory=Tolerances)
    shadow: Path | None = None
    shadowed: float = 1.0
    factories: tuple[str, ...] = ()


def build_service_app(folder: Path, settings: Settings, beside: Beside | None = None) -> App:
    """Return the app that serves a package.

    Args:
        folder: Of the package.
        settings: How it is run.
        beside: What runs beside its models; nothing if not given.

    Returns:
        The app; its models are opened when it starts.

    Raises:
        PackageError: A package is not whole, or was changed.
        StorageError: The telemetry cannot be written.
    """
    beside = beside if beside is not None else Beside()
    package = open_package(folder)
    canary = None if beside.canary is None else _alike(package, open_package(beside.canary))
    shadow = None if beside.shadow is None else _alike(package, open_package(beside.shadow))
    recorder = _recorder(package, settings)
    upstreams = [_upstream(package, model.role, settings, beside) for model in package.manifest.models]
    service = Service(
        package,
        Fallback(upstreams, ConstantEngine(package.manifest.prior), package.version),
        recorder,
        None if canary is None else _canary(package, canary, settings, beside),
        None if shadow is None else _shadow(shadow, settings, beside, recorder),
    )
    return build_app(
        service,
        settings,
        waiting=lambda: float(sum(upstream.runner.waiting for upstream in upstreams)),
        dropped=lambda: float(service.recorded.dropped),
    )


def beside_package(folder: Path, ending: str) -> Path:
    """Return a file beside a package: inside it, every file is accounted for.

    >>> beside_package(Path("study/package"), "telemetry.sqlite").as_posix()
    'study/package.telemetry.sqlite'
    """
    return folder.with_name(f"{folder.name}.{ending}")


def _alike(package: Package, other: Package) -> Package:
    mine, its = package.manifest, other.manifest
    if (mine.inputs, mine.classes, mine.shape) != (its.inputs, its.classes, its.shape):
        raise PackageError(
            f"{other.folder} takes other inputs or answers with other classes than {package.folder}; a canary or a "
            "shadow must be asked the same"
        )
    return other


def _upstream(package: Package, role: Role, settings: Settings, beside: Beside, route: Route | None = None) -> Upstream:
    model = next(one for one in package.manifest.models if one.role == role)
    opener = partial(open_checked_engine, package.folder, role, settings.threads, beside.factories)
    # what a shadow costs must not be paid by those who wait for an answer
    seconds = math.inf if route == "shadow" else model.choice.seconds.get(model.choice.engine)
    runner = OpenedRunner(model.candidate, opener, read_checks(package).inputs, settings, seconds)
    usual: Route = "main" if role == "chosen" else "fallback"
    return Upstream(runner, package.version, route or usual)


def _canary(package: Package, canary: Package, settings: Settings, beside: Beside) -> Canary:
    state = RolloutFile(beside_package(package.folder, "rollout.json"))
    upstream = _upstream(canary, "chosen", settings, beside, "canary")
    return Canary(upstream, package.version, beside.share, Rollback(beside.tolerances), state)


def _shadow(shadow: Package, settings: Settings, beside: Beside, recorder: Recorder | Unrecorded) -> Shadow:
    return Shadow(_upstream(shadow, "chosen", settings, beside, "shadow"), beside.shadowed, settings.queue, recorder)


def _recorder(package: Package, settings: Settings) -> Recorder | Unrecorded:
    if settings.telemetry is None:
        return Unrecorded()
    watched = package_watch(package)

    def watch(inputs: Inputs, answers: Answers) -> NDArray[np.float32]:
        return watched.watch(inputs, answers.logits, answers.embedding)

    maker = EventMaker(watch, package.form.keep, settings.keep_inputs)
    return Recorder(Store(settings.telemetry), settings, maker)
