"""One replica of a service on a Ray cluster: the ASGI app, and its health as Ray asks for it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from netwright.serving.settings import Settings

App = Callable[[Any, Any, Any], Any]
"""An ASGI 3 application."""
Build = Callable[[Path, Settings], App]
"""Makes the app of a package."""
READY = "/readyz"
_OK = 200


class NotReadyError(Exception):
    """A replica that could not answer by a model now; Ray reads it as bad health."""


def replica_of(package: Path, settings: Settings, build: Build | None) -> Any:
    """Return the class that Ray Serve makes replicas of.

    Args:
        package: The folder, on every node.
        settings: Of each replica.
        build: Makes the app; the service's own where it is not given.

    Returns:
        A class that is an ASGI app for Ray Serve, and says how it is.
    """
    from ray import serve

    def build_here() -> App:
        # this runs in the replica
        context = serve.get_replica_context()
        own = replace(settings, telemetry=own_telemetry(settings.telemetry, context.replica_id.unique_id))
        if build is not None:
            return build(package, own)
        from netwright.serving.build import build_service_app

        app: App = build_service_app(package, own)
        return app

    # the class is made here, since Ray wraps it with the app at once
    class Replica:
        """Ray Serve gives it `app`, starts its lifespan, and ends it when the replica has drained."""

        async def check_health(self) -> None:
            """Raise where the app says that it is not ready."""
            status = await status_of(self.app, READY)  # type: ignore[attr-defined]
            if status != _OK:
                raise NotReadyError(f"{READY} says {status}")

    return serve.ingress(build_here)(Replica)


def own_telemetry(named: Path | None, replica: str) -> Path | None:
    """Return the file of one replica's telemetry: two processes on two nodes cannot share one.

    Args:
        named: The file that the settings name.
        replica: Id of the replica.

    Returns:
        A file beside it; None where none is kept.

    >>> own_telemetry(Path("log/events.sqlite"), "x7").as_posix()
    'log/events-x7.sqlite'
    """
    return None if named is None else named.with_name(f"{named.stem}-{replica}{named.suffix}")


async def status_of(app: App, path: str) -> int:
    """Ask an ASGI app for a path, without a network between.

    Args:
        app: The app.
        path: Of a GET request without a body.

    Returns:
        The status of its response; 0 where it gave none.

    Source: ASGI 3.0, "HTTP & WebSocket".
    """
    told: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [],
        "client": None, "server": None,
    }  # fmt: skip
    await app(scope, receive, send)
    return told[0] if told else 0
