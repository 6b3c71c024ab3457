"""The service as an ASGI app: plain enough that uvicorn and Ray Serve run the same one."""

import logging
import os
import re
import time
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

from netwright.records.errors import MissingExtraError, RequestError

try:
    import msgspec  # noqa: F401
    from prometheus_client.registry import Collector
except ModuleNotFoundError as missing:
    raise MissingExtraError("serving a package", "serve") from missing

from netwright.serving.access import Access
from netwright.serving.app_service import InferenceService
from netwright.serving.http.body import ClientGoneError, announced
from netwright.serving.http.endpoints import OPEN, Control, not_found
from netwright.serving.http.exchange import CLOSE, Endpoint, Receive, Request, Response, Send, error_response
from netwright.serving.http.inference import Inference
from netwright.serving.http.labels import Labels
from netwright.serving.http.trace import Trace, next_span, read_traceparent
from netwright.serving.metrics import Gauges, Metrics
from netwright.serving.protocol.metadata import server_metadata
from netwright.serving.protocol.request import RequestDecoder
from netwright.serving.protocol.response import ResponseEncoder
from netwright.serving.settings import Settings

LOGGER = logging.getLogger("netwright.serving")
REFUSED, UNAUTHORIZED, NOT_FOUND, NOT_ALLOWED, TOO_SLOW, FAILED = 400, 401, 404, 405, 408, 500
LINGER = 4
"""A refused body of up to this many times the limit is still taken in and thrown away: its sender can read why."""
_NAME = re.compile(rb"[\x21-\x7e]{1,128}")
_NOSNIFF = (b"x-content-type-options", b"nosniff")

Scope = MutableMapping[str, Any]


def build_app(
    service: InferenceService,
    settings: Settings,
    waiting: Callable[[], float] = lambda: 0.0,
    figures: Sequence[Collector] = (),
) -> "App":
    """Return the app of a service; it is started and stopped by the lifespan messages of its server.

    Args:
        service: Who answers.
        settings: Limits, tokens, deadlines.
        waiting: Samples that wait for a model, for the metrics.
        figures: What else the metrics tell.

    Returns:
        An ASGI 3 application.

    Raises:
        InputError: A token hash of the settings is none.
    """
    metrics = Metrics()
    app = App(service, settings, metrics)
    served = {"model": service.manifest.name, "version": service.version, "netwright": server_metadata()["version"]}
    metrics.watch(Gauges(lambda: float(app.ready), lambda: float(app.in_flight), waiting), served)
    for one in figures:
        metrics.registry.register(one)
    return app


class App:
    """Requests in, responses out: who may ask, what there is, and what is said when something goes wrong."""

    def __init__(self, service: InferenceService, settings: Settings, metrics: Metrics) -> None:
        """Make every endpoint.

        Args:
            service: Who answers.
            settings: Limits, tokens, deadlines.
            metrics: What is counted.

        Raises:
            InputError: A token hash of the settings is none.
        """
        self._service = service
        self._settings = settings
        self._metrics = metrics
        self._access = Access(settings.token_hashes)
        self._draining = False
        self.in_flight = 0
        manifest = service.manifest
        decoder = RequestDecoder(service.form.specs(), settings.samples)
        inference = Inference(service, settings, decoder, ResponseEncoder(manifest.name, manifest.classes), metrics)
        control = Control(service, lambda: self.ready, metrics, settings.samples)
        self._endpoints = control.endpoints(inference.answer, Labels(service, settings).take)

    @property
    def ready(self) -> bool:
        """Whether new requests should be sent here."""
        return self._service.ready and not self._draining

    def drain(self) -> None:
        """Say from now on that this service is going away: not ready, and no connection is kept for the next request.

        Whoever gets the signal to stop calls this at once; what has been accepted is answered all the same.
        """
        self._draining = True

    async def start(self) -> None:
        """Begin; returns when requests can be answered. The lifespan messages of a server do the same."""
        await self._service.start()

    async def stop(self, limit: float) -> None:
        """Be ready no more, answer what was accepted, then end; after `limit` seconds end all the same."""
        self.drain()
        await self._service.stop(limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI scope: `http`, `lifespan`; a `websocket` is turned away.

        Source: ASGI 3.0, "HTTP & WebSocket" and "Lifespan Protocol".
        """
        if scope["type"] == "http":
            self.in_flight += 1
            try:
                await self._http(scope, receive, send)
            finally:
                self.in_flight -= 1
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        arrived = time.monotonic()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"traceparent")
        caller = read_traceparent(given) if given is not None else None
        trace = None if caller is None else next_span(caller)
        method, path = scope["method"], _path(scope)
        endpoint = self._endpoint(path, "GET" if method == "HEAD" else method, headers)
        request = Request(headers, receive, arrived, _request_id(headers, trace))
        response = endpoint if isinstance(endpoint, Response) else await self._answer(endpoint, request, path)
        if response is None:
            return
        if response.status >= REFUSED and path not in OPEN:
            self._metrics.refused(response.status)
        await self._send(send, response, method == "HEAD", self._more_headers(headers, response.status, trace))

    def _endpoint(self, path: str, method: str, headers: dict[bytes, bytes]) -> Endpoint | Response:
        if path not in OPEN and not self._access.allows(headers.get(b"authorization")):
            challenge = (b"www-authenticate", b'Bearer realm="netwright"')
            return error_response(UNAUTHORIZED, "send a valid token: Authorization: Bearer TOKEN", headers=(challenge,))
        methods = self._endpoints.get(path)
        if methods is None:
            return error_response(NOT_FOUND, not_found(path, self._service))
        found = methods.get(method)
        if found is not None:
            return found
        allowed = ", ".join([*methods, *(["HEAD"] if "GET" in methods else [])])
        return error_response(NOT_ALLOWED, f"use {allowed} here", headers=((b"allow", allowed.encode()),))

    async def _answer(self, endpoint: Endpoint, request: Request, path: str) -> Response | None:
        try:
            return await endpoint(request)
        except RequestError as error:
            if error.status == FAILED:
                LOGGER.error("%s failed for request %r: %s", path, request.id, error)
            return error_response(error.status, str(error), error.retry_after)
        except ClientGoneError:
            return None
        except Exception:
            # the last line of defence: the client learns a name for what happened, the log what it was
            incident = os.urandom(6).hex()
            LOGGER.exception("incident %s: %s failed for request %r", incident, path, request.id)
            return error_response(FAILED, f"internal error; look for incident {incident} in the log of the service")

    def _more_headers(self, headers: dict[bytes, bytes], status: int, trace: Trace | None) -> list[tuple[bytes, bytes]]:
        more = [_NOSNIFF]
        if trace is not None:
            more.append((b"traceparent", trace.header()))
        if self._draining or status == TOO_SLOW or (status >= REFUSED and self._endless(headers)):
            more.append(CLOSE)
        return more

    def _endless(self, headers: dict[bytes, bytes]) -> bool:
        length = announced(headers)
        if length is None:
            return b"transfer-encoding" in headers
        return length > LINGER * self._settings.body

    async def _send(self, send: Send, response: Response, bare: bool, more: list[tuple[bytes, bytes]]) -> None:
        body = response.body
        length = (b"content-length", b"%d" % len(body))
        headers = [*response.headers, length, *more]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if bare else body})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except BaseException as error:
            await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
            raise
        await send({"type": "lifespan.startup.complete"})
        await receive()
        try:
            await self.stop(self._settings.drain)
        except BaseException as error:
            await send({"type": "lifespan.shutdown.failed", "message": f"{type(error).__name__}: {error}"})
            raise
        await send({"type": "lifespan.shutdown.complete"})


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if root and path.startswith(f"{root}/"):
        path = path[len(root) :]
    return path.rstrip("/") or "/"


def _request_id(headers: dict[bytes, bytes], trace: Trace | None) -> str:
    given = headers.get(b"x-request-id")
    if given is not None and _NAME.fullmatch(given):
        return given.decode()
    # our own span of the caller's trace leads from the telemetry to that trace
    return os.urandom(8).hex() if trace is None else f"{trace.trace}-{trace.span}"
