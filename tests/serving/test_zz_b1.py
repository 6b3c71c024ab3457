"""The OpenAPI document, and a tester that asks the app all that the document allows, and what it does not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from netwright.data.encoding import CategoryColumn, Encoding, NumericColumn
from netwright.records.errors import RequestError
from netwright.records.package import TensorSpec
from netwright.serving.app import build_app
from netwright.serving.fake_service import fake_service
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.text_form import TextForm
from netwright.serving.protocol.openapi import example_request, openapi_document
from netwright.serving.settings import Settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    allow_header_conformance,
]
ASKED = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
ROWS = RowForm(
    encoding=Encoding(
        columns=(
            NumericColumn(name="age", mean=40.0, spread=10.0, missing=True),
            NumericColumn(name="balance", mean=0.0, spread=1.0),
            CategoryColumn(name="country", levels=("at", "ch", "(missing)")),
        )
    )
)


FORMS = {"image": (None, 16), "row": (ROWS, 6), "text": (TextForm(length=16), 16)}


def _service(kind="image"):
    form, values = FORMS[kind]
    service = fake_service(form, values)
    service.ready = True
    return service


def _operations(app):
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations()]


def _try_all(app, modes, checks=CHECKS, examples=120):
    labels = []
    for operation in _operations(app):
        # a request without parameters and body cannot be malformed
        for mode in modes if operation.method == "post" else [GenerationMode.POSITIVE]:

            @settings(ASKED, max_examples=examples)
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case):
                case.call_and_validate(checks=checks)

            ask()
        labels.append(operation.label)
    return labels


@pytest.mark.parametrize("kind", FORMS)
def test_every_endpoint_keeps_to_the_document(kind):
    labels = _try_all(build_app(_service(kind), Settings()), list(GenerationMode))
    assert {"POST /labels", "POST /v2/models/fake/infer", "GET /metrics", "GET /", "GET /v2"} <= set(labels)


@pytest.mark.parametrize("status", [429, 503, 504])
def test_refusals_are_in_the_document(status):
    service = _service()
    service.failure = RequestError(status, "not now", 1.0)
    service.ready = status != 503
    service.retry_after = 1.0 if status == 429 else None
    checks = [status_code_conformance, content_type_conformance, response_schema_conformance]
    _try_all(build_app(service, Settings()), [GenerationMode.POSITIVE], checks, examples=5)


def test_strangers_are_in_the_document(ask):
    app = build_app(_service(), Settings(token_hashes=("a" * 64,)))
    document = openapi_document(_service().manifest, "1", _service().form.specs(), 8)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert str(ask(app, method.upper(), path).status) in operation["responses"]


@pytest.mark.parametrize("kind", FORMS)
def test_the_document_is_whole_and_its_examples_are_accepted(ask, kind):
    service = _service(kind)
    app = build_app(service, Settings())
    document = ask(app, "GET", "/openapi.json").json
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    posts = {path: methods["post"] for path, methods in document["paths"].items() if "post" in methods}
    for path, operation in posts.items():
        content = operation["requestBody"]["content"]["application/json"]
        wanted = schemas[content["schema"]["$ref"].rpartition("/")[2]]
        Draft202012Validator(wanted).validate(content["example"])
        reply = ask(app, "POST", path, content["example"])
        assert reply.status in {200, 202}, reply.json
        told = operation["responses"][str(reply.status)]["content"]["application/json"]["schema"]
        Draft202012Validator(schemas[told["$ref"].rpartition("/")[2]]).validate(reply.json)


def test_every_path_of_the_document_is_there_and_every_endpoint_is_in_it(ask, app):
    document = ask(app, "GET", "/openapi.json").json
    page = ask(app, "GET", "/").body.decode()
    for path, methods in document["paths"].items():
        assert path == "/" or f"<td>{path}</td>" in page
        for method in methods:
            assert ask(app, method.upper(), path).status not in {404, 405}
    assert page.count("<td>GET</td>") + page.count("<td>POST</td>") == len(document["paths"]) - 1


def test_a_name_that_is_no_path_is_written_as_one():
    manifest = _service().manifest.model_copy(update={"name": "my model/é?"})
    document = openapi_document(manifest, "1", _service().form.specs(), 8)
    assert "/v2/models/my%20model/%C3%A9%3F/infer" in document["paths"]


def test_a_long_example_is_left_out():
    assert example_request([TensorSpec(name="x", datatype="UINT8", shape=(-1, 3, 64, 64))]) is None
