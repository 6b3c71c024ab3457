"""Putting a service together: from a package's folder to an app that a server runs."""

import logging
import math
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netwright.features.online_store import OnlineStore
from netwright.monitoring.event import Route
from netwright.monitoring.store import Store
from netwright.records.errors import InputError, PackageError
from netwright.records.package import Role
from netwright.serving.app import App, build_app
from netwright.serving.checks import read_checks
from netwright.serving.engine import Answers
from netwright.serving.engines.constant_engine import ConstantEngine
from netwright.serving.engines.open import open_background_engine, open_checked_engine
from netwright.serving.execution.opened import OpenedRunner
from netwright.serving.forms.enriched_form import EnrichedForm
from netwright.serving.forms.form import Form, Inputs
from netwright.serving.forms.row_form import RowForm
from netwright.serving.package import Package, open_package
from netwright.serving.routing.canary import Canary
from netwright.serving.routing.fallback import Fallback
from netwright.serving.routing.figures import RoutingFigures
from netwright.serving.routing.rollback import Rollback, Tolerances
from netwright.serving.routing.rollout_file import RolloutFile
from netwright.serving.routing.same_requests import check_same_requests
from netwright.serving.routing.service import Service
from netwright.serving.routing.shadow import Shadow
from netwright.serving.routing.upstream import Upstream
from netwright.serving.settings import Settings
from netwright.serving.telemetry.events import EventMaker
from netwright.serving.telemetry.recorder import Recorder
from netwright.serving.telemetry.unrecorded import Unrecorded
from netwright.serving.watching import package_watch

_log = logging.getLogger(__name__)


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
        features: The online store of a package with a feature view: requests then carry raw events.
    """

    canary: Path | None = None
    share: float = 0.05
    tolerances: Tolerances = field(default_factory=Tolerances)
    shadow: Path | None = None
    shadowed: float = 1.0
    factories: tuple[str, ...] = ()
    features: Path | None = None


def build_service_app(folder: Path, settings: Settings, beside: Beside | None = None) -> App:
    """Return the app that serves a package.

    Args:
        folder: Of the package.
        settings: How it is run.
        beside: What runs beside its models; nothing if not given.

    Returns:
        The app; its models are opened when it starts.

    Raises:
        PackageError: A package is not whole, or was changed; or the canary or shadow takes other requests.
        InputError: There is no such store of features.
        StorageError: The telemetry cannot be written.
    """
    beside = beside if beside is not None else Beside()
    package = open_package(folder)
    canary, shadow = (_beside(package, other) for other in (beside.canary, beside.shadow))
    asked = _enriched(package, beside.features)
    recorder = _recorder(package, asked.form, settings)
    upstreams = [_upstream(package, model.role, settings, beside) for model in package.manifest.models]
    service = Service(
        asked,
        Fallback(upstreams, ConstantEngine(package.manifest.prior), package.version),
        recorder,
        None if canary is None else _canary(package, canary, settings, beside),
        None if shadow is None else _shadow(shadow, settings, beside, recorder),
    )
    return build_app(
        service,
        settings,
        waiting=lambda: float(sum(upstream.runner.waiting for upstream in upstreams)),
        figures=(RoutingFigures(service),),
    )


def beside_package(folder: Path, ending: str) -> Path:
    """Return a file beside a package: inside it, every file is accounted for.

    >>> beside_package(Path("study/package"), "telemetry.sqlite").as_posix()
    'study/package.telemetry.sqlite'
    """
    return folder.with_name(f"{folder.name}.{ending}")


def _beside(package: Package, folder: Path | None) -> Package | None:
    if folder is None:
        return None
    other = open_package(folder)
    check_same_requests(package, other)
    return other


def _enriched(package: Package, store: Path | None) -> Package:
    """Return a package that is asked with raw events, where there is a store of their past."""
    if store is None:
        return package
    if package.view is None or not isinstance(package.form, RowForm):
        raise PackageError(
            f"{package.folder} has no feature view, so no store of features goes with it; leave --features out, or "
            "ship a decision on data that has one, such as payments"
        )
    if not store.is_file():
        raise InputError(f"there is no store {store}; make one with netwright features materialise")
    return replace(package, form=EnrichedForm(package.form, package.view, OnlineStore(store, package.view)))


def _upstream(package: Package, role: Role, settings: Settings, beside: Beside, route: Route | None = None) -> Upstream:
    model = next(one for one in package.manifest.models if one.role == role)
    _log.info("%s is run by %s: %s", model.candidate, model.choice.engine, model.choice.reason)
    # what a shadow costs must not be paid by those who wait for an answer
    unseen = route == "shadow"
    opens = open_background_engine if unseen else open_checked_engine
    opener = partial(opens, package.folder, role, settings.threads, beside.factories)
    seconds = math.inf if unseen else model.choice.seconds.get(model.choice.engine)
    runner = OpenedRunner(model.candidate, opener, read_checks(package).inputs, settings, seconds)
    usual: Route = "main" if role == "chosen" else "fallback"
    return Upstream(runner, package.version, route or usual)


def _canary(package: Package, canary: Package, settings: Settings, beside: Beside) -> Canary:
    state = RolloutFile(beside_package(package.folder, "rollout.json"))
    upstream = _upstream(canary, "chosen", settings, beside, "canary")
    return Canary(upstream, package.version, beside.share, Rollback(beside.tolerances), state)


def _shadow(shadow: Package, settings: Settings, beside: Beside, recorder: Recorder | Unrecorded) -> Shadow:
    return Shadow(_upstream(shadow, "chosen", settings, beside, "shadow"), beside.shadowed, settings.queue, recorder)


def _recorder(package: Package, asked: Form, settings: Settings) -> Recorder | Unrecorded:
    if settings.telemetry is None:
        return Unrecorded()
    # raw events are kept as they came, and watched as the rows that are made of them
    watched = package_watch(package)

    def watch(inputs: Inputs, answers: Answers) -> NDArray[np.float32]:
        return watched.watch(inputs, answers.logits, answers.embedding)

    maker = EventMaker(watch, asked.keep, settings.keep_inputs)
    return Recorder(Store(settings.telemetry), settings, maker)
