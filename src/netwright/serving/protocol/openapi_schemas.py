"""What requests and responses of a package look like, as JSON Schema: never narrower than what is accepted."""

from collections.abc import Sequence
from typing import Any

from netwright.records.package import Manifest, TensorSpec
from netwright.serving.protocol.asked import OUTPUTS, output_specs
from netwright.serving.protocol.datatypes import ELEMENTS, acceptable
from netwright.serving.protocol.labels import LONGEST_LABEL_ID, MOST_LABELS
from netwright.serving.protocol.request import LARGEST, LONGEST_ID

Schema = dict[str, Any]

_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}
_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_SIZE: Schema = {"type": "integer", "minimum": 1}
_COUNT: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": LARGEST}


def reference_to(name: str) -> Schema:
    """Return a reference to a schema of the document.

    >>> reference_to("Error")
    {'$ref': '#/components/schemas/Error'}
    """
    return {"$ref": f"#/components/schemas/{name}"}


def closed(properties: Schema, required: Sequence[str]) -> Schema:
    """Return the schema of an object that has these properties and no others."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def schemas(manifest: Manifest, inputs: Sequence[TensorSpec], samples: int) -> dict[str, Schema]:
    """Return every schema of a package's document.

    Args:
        manifest: Of the package.
        inputs: What a request carries.
        samples: Of one request at most.

    Returns:
        Name -> JSON Schema (2020-12, as OpenAPI 3.1 has it).
    """
    text: Schema = {"type": "string"}
    yes: Schema = {"type": "boolean"}
    outputs = output_specs(len(manifest.classes))
    return {
        "Error": closed({"error": text}, ["error"]),
        "Live": closed({"live": yes}, ["live"]),
        "Ready": closed({"ready": yes}, ["ready"]),
        "ModelReady": closed({"name": text, "ready": yes}, ["name", "ready"]),
        "Server": closed(
            {"name": text, "version": text, "extensions": {"type": "array", "items": text}},
            ["name", "version", "extensions"],
        ),
        "Model": _model(),
        "InferRequest": _request(manifest, inputs, samples),
        "InferResponse": _response(manifest, outputs),
        "Labels": _labels(manifest),
        "LabelsTaken": closed({"accepted": {"type": "integer", "minimum": 0}}, ["accepted"]),
    }


def _model() -> Schema:
    text: Schema = {"type": "string"}
    shape: Schema = {"type": "array", "items": {"type": "integer", "minimum": -1}}
    tensor = closed({"name": text, "datatype": text, "shape": shape}, ["name", "datatype", "shape"])
    names = {"type": "array", "items": text}
    tensors = {"type": "array", "items": tensor}
    properties = {"type": "object", "additionalProperties": text}
    return closed(
        {"name": text, "versions": names, "platform": text, "inputs": tensors, "outputs": tensors,
         "properties": properties},
        ["name", "versions", "platform", "inputs", "outputs", "properties"],
    )  # fmt: skip


def _request(manifest: Manifest, inputs: Sequence[TensorSpec], samples: int) -> Schema:
    wanted: Schema = {"type": "object", "properties": {"binary_data": {"type": "boolean"}},
                      "additionalProperties": _SCALAR}  # fmt: skip
    output = closed({"name": {"enum": list(OUTPUTS)}, "parameters": _or_null(wanted)}, ["name"])
    parameters: Schema = {
        "type": "object",
        "properties": {
            "timeout": {**_COUNT, "description": "Microseconds within which the answer is wanted; 0 says nothing."},
            "key": {"type": ["string", "integer", "null"], "description": "Requests with one key get one model."},
            "binary_data_output": {"type": "boolean", "description": "Outputs as bytes behind the JSON."},
        },
        "additionalProperties": _SCALAR,
    }
    schema = closed(
        {
            "id": {"type": ["string", "null"], "maxLength": LONGEST_ID},
            "inputs": {
                "type": "array",
                "minItems": 1,
                "maxItems": len(inputs),
                "items": {"anyOf": [_input(spec, samples) for spec in inputs]},
            },
            "outputs": _or_null({"type": "array", "maxItems": len(OUTPUTS), "items": output}),
            "parameters": _or_null(parameters),
            "model_name": {"type": ["string", "null"]},
            "model_version": {"type": ["string", "null"]},
        },
        ["inputs"],
    )
    return {**schema, "description": f"A question to {manifest.name}."}


def _input(spec: TensorSpec, samples: int) -> Schema:
    datatypes = acceptable(spec.datatype)
    element: Schema = {"type": _element_types(datatypes, spec.optional)}
    if spec.datatype == "UINT8":
        element |= {"minimum": 0, "maximum": 255}
    flat: Schema = {"type": "array", "minItems": 1, "items": element}
    nested = element
    for size in reversed(spec.shape):
        nested = {"type": "array", "minItems": max(1, size), "items": nested} | (
            {"maxItems": size} if size >= 0 else {}
        )  # fmt: skip
    sizes: list[Schema] = [{"const": size} if size >= 0 else _SIZE for size in spec.shape]
    sizes[0] = {"type": "integer", "minimum": 1, "maximum": samples}
    shape: Schema = {"type": "array", "prefixItems": sizes, "minItems": len(sizes), "maxItems": len(sizes)}
    return closed(
        {
            "name": {"const": spec.name},
            "datatype": {"enum": list(datatypes)},
            "shape": shape,
            "data": flat if len(spec.shape) == 1 else {"anyOf": [flat, nested]},
            "parameters": _or_null({"type": "object", "additionalProperties": _SCALAR}),
        },
        ["name", "shape", "datatype", "data"],
    )


def _element_types(datatypes: Sequence[str], missing: bool) -> list[str]:
    kinds = {ELEMENTS[name].json for name in datatypes}
    # every integer is a number to JSON Schema
    names = sorted(_JSON_TYPES[kind] for kind in kinds if not (kind is int and float in kinds))
    return [*names, "null"] if missing and kinds & {float, str} else names


def _response(manifest: Manifest, outputs: Sequence[TensorSpec]) -> Schema:
    text: Schema = {"type": "string"}
    sizes: Schema = {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1, "maxItems": 2}
    tensors = []
    for spec in outputs:
        element: Schema = {"type": "number"} if spec.datatype == "FP32" else {"enum": list(manifest.classes)}
        parameters = closed({"binary_data_size": {"type": "integer", "minimum": 0}}, ["binary_data_size"])
        named = {"name": {"const": spec.name}, "datatype": {"const": spec.datatype}, "shape": sizes}
        told = {**named, "data": {"type": "array", "items": element}, "parameters": parameters}
        tensors.append(closed(told, ["name", "datatype", "shape"]))
    routes = ["main", "canary", "fallback", "constant"]
    who = closed({"model": text, "route": {"enum": routes}, "version": text}, ["model", "route", "version"])
    return closed(
        {
            "model_name": {"const": manifest.name},
            "model_version": text,
            "id": text,
            "parameters": who,
            "outputs": {"type": "array", "items": {"anyOf": tensors}, "minItems": 1},
        },
        ["model_name", "model_version", "id", "parameters", "outputs"],
    )


def _labels(manifest: Manifest) -> Schema:
    name: Schema = {"enum": list(manifest.classes)}
    index: Schema = {"type": "integer", "minimum": 0, "maximum": len(manifest.classes) - 1}
    one = closed(
        {
            "id": {"type": "string", "minLength": 1, "maxLength": LONGEST_LABEL_ID},
            "label": {"anyOf": [name, index]},
            "source": {"enum": ["person", "outcome", "model"]},
        },
        ["id", "label"],
    )
    return {"type": "array", "minItems": 1, "maxItems": MOST_LABELS, "items": one}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
