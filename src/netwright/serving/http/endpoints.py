"""Which path leads where: the hot path, and the control plane around it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from netwright.serving.app_service import InferenceService
from netwright.serving.http.exchange import OK, Endpoint, Request, Response, json_response
from netwright.serving.http.page import service_page
from netwright.serving.metrics import CONTENT_TYPE, Metrics
from netwright.serving.protocol.metadata import model_metadata, server_metadata
from netwright.serving.protocol.openapi import openapi_document

UNAVAILABLE = 503
LONGEST_SHOWN = 200
OPEN = frozenset({"/livez", "/readyz", "/v2/health/live", "/v2/health/ready"})
"""Paths that need no token: whoever watches the service has none."""

Endpoints = Mapping[str, Mapping[str, Endpoint]]
"""Path -> method -> who answers."""


@dataclass(frozen=True)
class Control:
    """The control plane: what is asked about a service rather than of it.

    Args:
        service: That is asked about.
        ready: Whether it takes requests and a model can answer them.
        metrics: Its figures.
        samples: Of one request at most.
    """

    service: InferenceService
    ready: Callable[[], bool]
    metrics: Metrics
    samples: int

    def endpoints(self, infer: Endpoint, labels: Endpoint) -> Endpoints:
        """Return every endpoint of the service.

        Args:
            infer: Answers inference requests.
            labels: Takes labels.

        Returns:
            Path -> method -> endpoint.
        """
        found: dict[str, dict[str, Endpoint]] = {
            "/livez": {"GET": _said(self._live)},
            "/readyz": {"GET": _said(self._ready)},
            "/v2": {"GET": _fixed(json_response(OK, server_metadata()))},
            "/v2/health/live": {"GET": _said(self._live)},
            "/v2/health/ready": {"GET": _said(self._ready)},
        }
        model = self._model()
        for path in model_paths(self.service):
            found[path] = {"GET": _fixed(model)}
            found[f"{path}/ready"] = {"GET": _said(self._model_ready)}
            found[f"{path}/infer"] = {"POST": infer}
        manifest, version = self.service.manifest, self.service.version
        document = openapi_document(manifest, version, self.service.form.specs(), self.samples)
        found["/labels"] = {"POST": labels}
        found["/metrics"] = {"GET": _said(self._metrics)}
        found["/openapi.json"] = {"GET": _fixed(json_response(OK, document))}
        listed = [(", ".join(methods), path) for path, methods in found.items()]
        found["/"] = {"GET": _fixed(service_page(manifest, version, listed))}
        return found

    def _model(self) -> Response:
        service = self.service
        return json_response(OK, model_metadata(service.manifest, service.version, service.form.specs()))

    def _live(self) -> Response:
        return json_response(OK, {"live": True})

    def _ready(self) -> Response:
        ready = self.ready()
        return json_response(OK if ready else UNAVAILABLE, {"ready": ready})

    def _model_ready(self) -> Response:
        ready = self.ready()
        return json_response(OK if ready else UNAVAILABLE, {"name": self.service.manifest.name, "ready": ready})

    def _metrics(self) -> Response:
        return Response(OK, self.metrics.text(), ((b"content-type", CONTENT_TYPE),))


def model_paths(service: InferenceService) -> tuple[str, str]:
    """Return the paths of the model: without its version, and with it."""
    path = f"/v2/models/{service.manifest.name}"
    return path, f"{path}/versions/{service.version}"


def not_found(path: str, service: InferenceService) -> str:
    """Return what to say of a path that leads nowhere.

    Args:
        path: As the request has it.
        service: Whose model and version are known.

    Returns:
        A message that names what there is.
    """
    path = path[:LONGEST_SHOWN]
    _, _, rest = path.partition("/v2/models/")
    model, _, more = rest.partition("/")
    name, version = service.manifest.name, service.version
    if rest and model != name:
        return f"there is no model {model!r}; this service has {name!r}"
    if more.startswith("versions/"):
        found = more.split("/")[1]
        if found != version:
            return f"there is no version {found!r} of {name!r}; this service has {version!r}"
    return f"there is nothing at {path!r}; the endpoints are listed at / and /openapi.json"


def _said(say: Callable[[], Response]) -> Endpoint:
    async def answer(_: Request) -> Response:
        return say()

    return answer


def _fixed(response: Response) -> Endpoint:
    return _said(lambda: response)
