"""What the service says of itself and of its model, as the Open Inference Protocol has it."""

from collections.abc import Sequence
from importlib.metadata import version as installed
from typing import Any

from netwright.records.package import Manifest, TensorSpec
from netwright.serving.protocol.asked import output_specs

SERVER = "netwright"
EXTENSIONS = ("binary_tensor_data",)
_PLATFORMS = {"onnx": "onnx_onnxv1", "torch": "pytorch_safetensors"}


def server_metadata() -> dict[str, Any]:
    """Return what `GET /v2` says.

    >>> server_metadata()["extensions"]
    ['binary_tensor_data']
    """
    return {"name": SERVER, "version": installed(SERVER), "extensions": list(EXTENSIONS)}


def model_metadata(manifest: Manifest, version: str, inputs: Sequence[TensorSpec]) -> dict[str, Any]:
    """Return what `GET /v2/models/{model}` says.

    Args:
        manifest: Of the package.
        version: Of the package.
        inputs: What a request carries.

    Returns:
        Name, versions, platform, inputs and outputs.

    Source: Open Inference Protocol, "Model Metadata".
    """
    return {
        "name": manifest.name,
        "versions": [version],
        "platform": _PLATFORMS[manifest.models[0].choice.engine],
        "inputs": [_tensor(spec) for spec in inputs],
        "outputs": [_tensor(spec) for spec in output_specs(len(manifest.classes))],
        "properties": {"task": manifest.task, "candidate": manifest.models[0].candidate},
    }


def _tensor(spec: TensorSpec) -> dict[str, Any]:
    return {"name": spec.name, "datatype": spec.datatype, "shape": list(spec.shape)}
