"""The OpenAPI document of a package: its own paths, shapes, datatypes and class names."""

from collections.abc import Sequence
from math import prod
from typing import Any
from urllib.parse import quote

from netwright.records.package import Manifest, TensorSpec
from netwright.serving.protocol.asked import output_specs
from netwright.serving.protocol.metadata import server_metadata
from netwright.serving.protocol.openapi_schemas import Schema, reference_to, schemas

_JSON, _BINARY = "application/json", "application/octet-stream"
LARGEST_EXAMPLE = 4096
"""Elements of an example's tensor at most; a larger one would be most of the document."""

_ERRORS = {
    400: "Malformed: the message says what was found, where, and what to do.",
    401: "The service asks for a token, and this is none of them.",
    405: "Another method is meant here.",
    408: "The body came too slowly.",
    413: "The body is larger than allowed.",
    415: "The body is of another type than those listed.",
    429: "The queue is full; Retry-After says when to come again.",
    500: "The service failed; the message names the incident in its log.",
    503: "Nothing can answer now; Retry-After says when to come again, where that is known.",
    504: "The answer was not there in time; nothing was computed in vain.",
}
_ALWAYS = (401, 405, 500)
_WITH_BODY = (*_ALWAYS, 400, 408, 413, 415, 503)


def openapi_document(manifest: Manifest, version: str, inputs: Sequence[TensorSpec], samples: int) -> dict[str, Any]:
    """Return the document that describes a package's service.

    Args:
        manifest: Of the package.
        version: Of the package.
        inputs: What a request carries.
        samples: Of one request at most.

    Returns:
        An OpenAPI 3.1 document.

    Source: OpenAPI Specification 3.1.
    """
    model = f"/v2/models/{quote(manifest.name)}"
    paths: dict[str, Any] = {
        "/": {"get": _operation("A page for people.", {200: ("The page.", "text/html", {"type": "string"})})},
        "/livez": _health("Whether the service lives.", "Live"),
        "/readyz": _health("Whether it can answer.", "Ready"),
        "/v2": {"get": _operation("The server.", {200: ("Its name and version.", _JSON, reference_to("Server"))})},
        "/v2/health/live": _health("Whether the service lives.", "Live"),
        "/v2/health/ready": _health("Whether it can answer.", "Ready"),
    }
    for path in (model, f"{model}/versions/{quote(version)}"):
        said = {200: ("Its inputs and outputs.", _JSON, reference_to("Model"))}
        paths[path] = {"get": _operation("The model.", said)}
        paths[f"{path}/ready"] = _health("Whether the model can answer.", "ModelReady", _ALWAYS)
        paths[f"{path}/infer"] = {"post": _infer(manifest, inputs)}
    paths["/labels"] = {"post": _labels(manifest)}
    paths["/metrics"] = {
        "get": _operation("Figures for Prometheus.", {200: ("Text.", "text/plain", {"type": "string"})})
    }
    paths["/openapi.json"] = {"get": _operation("This document.", {200: ("JSON.", _JSON, {"type": "object"})})}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": manifest.name,
            "version": version,
            "summary": f"{manifest.task}: {len(manifest.classes)} classes, by the Open Inference Protocol",
            "x-netwright": server_metadata()["version"],
        },
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas(manifest, inputs, samples),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def example_request(inputs: Sequence[TensorSpec]) -> dict[str, Any] | None:
    """Return a request that is accepted, of one sample; None where its data would be long.

    Args:
        inputs: What a request carries.

    Returns:
        The JSON of the request.

    >>> example_request([TensorSpec(name="age", datatype="FP64", shape=(-1,))])["inputs"]
    [{'name': 'age', 'datatype': 'FP64', 'shape': [1], 'data': [0.0]}]
    """
    tensors = []
    values: dict[str, object] = {"BOOL": False, "BYTES": "text", "FP32": 0.0, "FP64": 0.0}
    for spec in inputs:
        shape = [1 if size < 0 else size for size in spec.shape]
        if prod(shape) > LARGEST_EXAMPLE:
            return None
        data = [values.get(spec.datatype, 0)] * prod(shape)
        tensors.append({"name": spec.name, "datatype": spec.datatype, "shape": shape, "data": data})
    return {"inputs": tensors}


def _operation(
    summary: str, said: dict[int, tuple[str, str, Schema]], errors: Sequence[int] = _ALWAYS
) -> dict[str, Any]:
    found = {str(status): _content(text, media, schema) for status, (text, media, schema) in said.items()}
    for status in errors:
        found.setdefault(str(status), _content(_ERRORS[status], _JSON, reference_to("Error")))
    return {"summary": summary, "responses": found}


def _content(text: str, media: str, schema: Schema) -> dict[str, Any]:
    return {"description": text, "content": {media: {"schema": schema}}}


def _health(summary: str, schema: str, errors: Sequence[int] = (405, 500)) -> dict[str, Any]:
    said = {200: ("Yes.", _JSON, reference_to(schema))}
    if schema != "Live":
        said[503] = ("No.", _JSON, reference_to(schema))
    return {"get": _operation(summary, said, errors)}


def _infer(manifest: Manifest, inputs: Sequence[TensorSpec]) -> dict[str, Any]:
    said = {200: ("The answer.", _JSON, reference_to("InferResponse"))}
    operation = _operation("Ask the model.", said, (*_WITH_BODY, 429, 504))
    outputs = ", ".join(spec.name for spec in output_specs(len(manifest.classes)))
    bytes_behind: Schema = {"type": "string", "format": "binary", "description": "JSON, then the bytes of tensors."}
    operation["responses"]["200"]["content"][_BINARY] = {"schema": bytes_behind}
    example = example_request(inputs)
    body = {"schema": reference_to("InferRequest")} | ({} if example is None else {"example": example})
    length = "Bytes of the JSON, where the bytes of tensors follow it."
    return {
        **operation,
        "description": f"Outputs: {outputs}. The first two are given where none is asked for.",
        "parameters": [
            _header("Inference-Header-Content-Length", {"type": "integer", "minimum": 0}, length),
            _header("traceparent", {"type": "string"}, "W3C Trace Context; one that is not valid is ignored."),
            _header("x-request-id", {"type": "string"}, "Names the request where its body does not."),
        ],
        "requestBody": {"required": True, "content": {_JSON: body, _BINARY: {"schema": bytes_behind}}},
    }


def _labels(manifest: Manifest) -> dict[str, Any]:
    said = {202: ("Taken; written a little later.", _JSON, reference_to("LabelsTaken"))}
    example = [{"id": "request-1", "label": manifest.classes[0], "source": "person"}]
    body = {"schema": reference_to("Labels"), "example": example}
    return {
        **_operation("Tell what samples truly were.", said, _WITH_BODY),
        "requestBody": {"required": True, "content": {_JSON: body}},
    }


def _header(name: str, schema: Schema, text: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": text}
