"""`netwright serve`: a package as a service."""

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.serving.settings import Settings

TOKEN = "NETWRIGHT_TOKEN"  # noqa: S105 - the name of a variable, not a token


@dataclass(frozen=True)
class Listen:
    """Where it listens, and whom it lets in."""

    host: Annotated[str, typer.Option(help="Address; others than loopback ask for a token.")] = "127.0.0.1"
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8080
    tokens: Annotated[Path | None, typer.Option(help=f"File of tokens, one a line; {TOKEN} holds one too.")] = None
    expose: Annotated[bool, typer.Option("--expose", help="Let everybody in beyond loopback too.")] = False


@dataclass(frozen=True)
class Limits:
    """How much it takes, and how long."""

    queue: Annotated[int, typer.Option(min=1, help="Samples that may wait for a model.")] = 64
    batch: Annotated[int, typer.Option(min=1, help="Samples that a model gets at once.")] = 16
    body: Annotated[float, typer.Option(min=0.001, help="Mebibytes of a request's body.")] = 16.0
    deadline: Annotated[float, typer.Option(min=0.001, help="Seconds for a request that names no timeout.")] = 10.0
    drain: Annotated[float, typer.Option(min=0, help="Seconds to answer what was accepted, when stopping.")] = 30.0
    workers: Annotated[int, typer.Option(min=1, help="Processes of a model too slow for the service's own.")] = 1
    threads: Annotated[int, typer.Option(min=1, help="Threads of a model.")] = 1


@dataclass(frozen=True)
class Kept:
    """What is kept of the requests."""

    telemetry: Annotated[Path | None, typer.Option(help="File of the telemetry; beside the package if not given.")] = (
        None
    )
    no_telemetry: Annotated[bool, typer.Option("--no-telemetry", help="Keep none.")] = False
    sampled: Annotated[float, typer.Option(min=0, max=1, help="Share of the requests that it keeps.")] = 1.0
    keep_inputs: Annotated[float, typer.Option(min=0, max=1, help="Share whose samples are kept too.")] = 0.0


@dataclass(frozen=True)
class Others:
    """What stands beside the package."""

    canary: Annotated[str | None, typer.Option(help="A package that answers some keys, until it is worse.")] = None
    share: Annotated[float, typer.Option(min=0, max=1, help="Share of the keys that the canary answers.")] = 0.05
    shadow: Annotated[str | None, typer.Option(help="A package that sees copies of the requests.")] = None
    shadowed: Annotated[float, typer.Option(min=0, max=1, help="Share of the requests that it sees.")] = 1.0
    features: Annotated[Path | None, typer.Option(help="Online store: requests then carry raw events.")] = None
    factory: Annotated[list[str] | None, typer.Option(help="A factory package.module:function to trust.")] = None


@dataclass(frozen=True)
class Cluster:
    """Whether it runs on a cluster."""

    ray: Annotated[str | None, typer.Option(help="Serve from a Ray cluster: auto, local, ray://HOST:PORT.")] = None
    replicas: Annotated[int, typer.Option(min=1, help="Processes on the cluster.")] = 2


@grouped
def serve(
    package: Annotated[str, typer.Argument(help="A package's folder, or models:/NAME@ALIAS, models:/NAME/VERSION.")],
    registry: Annotated[str | None, typer.Option(help="URI of MLflow, or a study's folder.")] = None,
    *,
    listen: Listen,
    limits: Limits,
    kept: Kept,
    others: Others,
    cluster: Cluster,
) -> None:
    """Serve a package by the Open Inference Protocol, until SIGTERM or Ctrl-C; what was accepted is answered.

    The protocol is at /v2 and described at /openapi.json; health is at /readyz and /livez, /metrics is for Prometheus,
    and labels that come later go to /labels.
    """
    from netwright.serving.access import check_bind
    from netwright.serving.build import Beside, build_service_app
    from netwright.serving.server import serve as run
    from netwright.studies.ship.find_package import find_package

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("netwright").setLevel(logging.INFO)
    hashes = _hashes(listen.tokens)
    check_bind(listen.host, hashes, listen.expose)
    folder = find_package(package, registry).resolve()
    settings = _settings(folder, hashes, listen, limits, kept)
    if cluster.ray is not None:
        _check_alone(others)
        _on_ray(folder, settings, cluster.ray, cluster.replicas)
        return
    canary, shadow = (None if name is None else find_package(name, registry) for name in (others.canary, others.shadow))
    beside = Beside(
        canary=canary,
        share=others.share,
        shadow=shadow,
        shadowed=others.shadowed,
        factories=tuple(others.factory or ()),
        features=others.features,
    )
    run(build_service_app(folder, settings, beside), settings, lambda url: typer.echo(f"ready: {url}"))


def _settings(folder: Path, hashes: tuple[str, ...], listen: Listen, limits: Limits, kept: Kept) -> "Settings":
    from netwright.monitoring.store import telemetry_of
    from netwright.serving.settings import MEBIBYTE, Settings

    return Settings(
        host=listen.host,
        port=listen.port,
        token_hashes=hashes,
        body=int(limits.body * MEBIBYTE),
        queue=limits.queue,
        batch=limits.batch,
        deadline=limits.deadline,
        drain=limits.drain,
        workers=limits.workers,
        threads=limits.threads,
        telemetry=None if kept.no_telemetry else kept.telemetry or telemetry_of(folder),
        sampled=kept.sampled,
        keep_inputs=kept.keep_inputs,
    )


def _check_alone(others: Others) -> None:
    from netwright.records.errors import InputError

    named = [name for name in ("canary", "shadow", "features", "factory") if getattr(others, name)]
    if named:
        raise InputError(f"--{named[0]} does not go with --ray: replicas share no state; leave one of them out")


def _on_ray(folder: Path, settings: "Settings", address: str, replicas: int) -> None:
    from netwright.serving.ray_service import RayPlace, deploy
    from netwright.serving.server_signals import wait_for_stop

    service = deploy(folder, settings, RayPlace(address=address, replicas=replicas))
    typer.echo(f"ready: {service.url} ({replicas} replicas)")
    wait_for_stop()
    service.stop()


def _hashes(tokens: Path | None) -> tuple[str, ...]:
    from netwright.records.errors import InputError
    from netwright.serving.access import token_hash

    try:
        lines = [] if tokens is None else tokens.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the tokens in {tokens} cannot be read ({error}); write one a line") from error
    if tokens is not None and not lines:
        raise InputError(f"{tokens} holds no token; write one a line")
    own = os.environ.get(TOKEN)
    return tuple(token_hash(token) for token in [*lines, *([own] if own else [])])
