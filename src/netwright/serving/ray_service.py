"""The same service as replicas on a Ray cluster, behind the proxies of Ray Serve."""

import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from netwright.records.errors import InputError, MissingExtraError
from netwright.serving.package import open_package
from netwright.serving.ray_replica import Build, replica_of
from netwright.serving.settings import Settings

HEALTH_MISSED = 2
_SPARE = 16


@dataclass(frozen=True)
class RayPlace:
    """Where on a cluster, and how often.

    Args:
        address: `auto`, `HOST:PORT` or `ray://HOST:PORT` of a running cluster; `local` starts one on this machine.
        replicas: How many processes serve the package.
        per_node: Replicas of a node at most; None leaves it to Ray.
        cpus: That Ray reserves for a replica.
        proxies: Which nodes listen.
        name: Of the application; another service of that name is replaced.
    """

    address: str = "auto"
    replicas: int = 2
    per_node: int | None = None
    cpus: float = 1.0
    proxies: Literal["EveryNode", "HeadOnly"] = "EveryNode"
    name: str = "netwright"


@dataclass(frozen=True)
class RayService:
    """A service that runs on a cluster.

    Args:
        url: Where its proxy listens.
        name: Of the application.
        replicas: Returns how many replicas answer now.
        stop: Drains the service and takes it down; the cluster goes on.
    """

    url: str
    name: str
    replicas: Callable[[], int]
    stop: Callable[[], None]


def deploy(package: Path, settings: Settings, place: RayPlace, build: Build | None = None) -> RayService:
    """Serve a package from a cluster; returns when every replica is ready.

    Each replica builds the app of `netwright.serving.build` and starts it as uvicorn would. Ray asks it for its health
    every heartbeat; one that is not ready gets no request, and one that does not answer is replaced.

    Args:
        package: The folder; it is at the same path on every node, and each replica checks every byte of it.
        settings: Of each replica: limits and queues hold for each of them, `host` and `port` for the proxies. Each
            replica keeps a telemetry file of its own beside the one that is named.
        place: Where, and how often.
        build: Makes the app in a replica; the service's own where it is not given.

    Returns:
        The running service.

    Raises:
        InputError: The cluster cannot be reached, or cannot hold or start the replicas.
        MissingExtraError: Ray is not installed.

    Source: Ray Serve, "Set up FastAPI and HTTP" (ASGI ingress) and "Handle failures" (health checks).
    """
    if build is None:
        # what cannot be opened here cannot be opened there: said before a cluster is troubled
        open_package(package)
    try:
        from ray import serve
    except ImportError as error:
        raise MissingExtraError("serving on a Ray cluster", "cluster") from error
    _connect(place.address)
    port = settings.port or _free_port(settings.host)
    serve.start(proxy_location=place.proxies, http_options={"host": settings.host, "port": port})
    replica = serve.deployment(**_options(settings, place))(replica_of(package.absolute(), settings, build))
    try:
        serve.run(replica.bind(), name=place.name, route_prefix="/")
    except RuntimeError as error:
        serve.delete(place.name)
        raise InputError(f"Ray Serve could not start {package} on {place.address}: {_first(error)}") from error
    return RayService(
        f"http://{settings.host}:{port}",
        place.name,
        lambda: _running(serve.status(), place.name),
        lambda: serve.delete(place.name),
    )


def _connect(address: str) -> None:
    import ray

    if ray.is_initialized():
        return
    try:
        ray.init(address, log_to_driver=False, configure_logging=False)
    except (ConnectionError, ValueError) as error:
        raise InputError(
            f"no Ray cluster answers at {address}: {_first(error)}; check the address and that the cluster runs "
            "(`ray status` on its head), or write local to start one on this machine"
        ) from error


def _free_port(host: str) -> int:
    with closing(socket.create_server((host, 0))) as server:
        port: int = server.getsockname()[1]
    return port


def _options(settings: Settings, place: RayPlace) -> dict[str, Any]:
    more = {} if place.per_node is None else {"max_replicas_per_node": place.per_node}
    return {
        "name": "service",
        "num_replicas": place.replicas,
        "ray_actor_options": {"num_cpus": place.cpus},
        # the app's own queue comes first: it says 429 with the time after which another try makes sense
        "max_ongoing_requests": settings.queue + settings.batch + _SPARE,
        "max_queued_requests": settings.queue,
        "health_check_period_s": settings.heartbeat,
        "health_check_timeout_s": max(1.0, HEALTH_MISSED * settings.heartbeat),
        "graceful_shutdown_timeout_s": settings.drain,
        "graceful_shutdown_wait_loop_s": min(0.1, settings.drain),
        **more,
    }


def _running(status: Any, name: str) -> int:
    app = status.applications.get(name)
    if app is None:
        return 0
    states = (deployment.replica_states for deployment in app.deployments.values())
    return sum(int(count) for found in states for state, count in found.items() if state == "RUNNING")


def _first(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
