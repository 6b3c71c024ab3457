"""An inference request: from the bytes of its body to tensors."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta
from numpy.typing import NDArray

from netwright.records.errors import RequestError, nearest
from netwright.records.package import TensorSpec
from netwright.serving.forms.form import Tensors
from netwright.serving.protocol.asked import Asked, Parameters, choose, whole_number
from netwright.serving.protocol.datatypes import BAD_REQUEST, ELEMENTS, widened
from netwright.serving.protocol.tensor_binary import read_binary
from netwright.serving.protocol.tensor_json import DEEPEST, read_json

LONGEST_ID = 256
LARGEST = 2**63 - 1
LONGEST_NAME = 1000
# no name of ours is longer, and looking for the nearest one to a body full of letters would take minutes
Name = Annotated[str, Meta(max_length=LONGEST_NAME)]
_NOTHING = msgspec.Raw(b"")
_MICROSECOND = 1e-6


class InputTensor(msgspec.Struct, forbid_unknown_fields=True):
    """A tensor as the JSON of a request has it."""

    name: Name
    shape: Annotated[list[Annotated[int, Meta(ge=1, le=2**31)]], Meta(min_length=1, max_length=DEEPEST)]
    datatype: Name
    data: msgspec.Raw = _NOTHING
    parameters: Parameters | None = None


class OutputChoice(msgspec.Struct, forbid_unknown_fields=True):
    """An output that the JSON of a request asks for."""

    name: Name
    parameters: Parameters | None = None


class InferBody(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON of a request; Triton's clients may repeat the model's name in it, which nobody reads."""

    inputs: list[InputTensor]
    outputs: list[OutputChoice] | None = None
    id: Annotated[str, Meta(max_length=LONGEST_ID)] | None = None
    parameters: Parameters | None = None
    model_name: str | None = None
    model_version: str | None = None


class InferRequest(NamedTuple):
    """What a request asks.

    Args:
        id: As the request names itself; empty where it does not.
        key: Who asks; empty where that is not said.
        timeout: Seconds within which the answer is wanted; None where that is not said.
        tensors: Its inputs, of the datatypes that the model takes.
        asked: The outputs that it wants.
    """

    id: str
    key: str
    timeout: float | None
    tensors: Tensors
    asked: Sequence[Asked]


class RequestDecoder:
    """Reads the requests for a model."""

    def __init__(self, specs: Sequence[TensorSpec], samples: int) -> None:
        """Take what the model is asked with.

        Args:
            specs: Its inputs.
            samples: Samples of one request at most.
        """
        self._specs = {spec.name: spec for spec in specs}
        self._samples = samples
        self._decoder = msgspec.json.Decoder(InferBody)

    def decode(self, body: bytes, header_length: int | None = None) -> InferRequest:
        """Return what a request asks.

        Args:
            body: All of it: JSON, and the bytes of binary tensors behind it.
            header_length: Bytes of the JSON (`Inference-Header-Content-Length`); None where the body is JSON only.

        Returns:
            The request; whether it holds every tensor that is needed is the form's to say.

        Raises:
            RequestError: 400: malformed, or more samples than are allowed.
        """
        text, binary = _parted(body, header_length)
        try:
            read = self._decoder.decode(text)
        except (ValueError, RecursionError) as error:
            raise RequestError(BAD_REQUEST, f"the body is no inference request: {error}") from error
        parameters = read.parameters or {}
        timeout = whole_number(parameters, "timeout", LARGEST)
        return InferRequest(
            id=read.id or "",
            key=_key(parameters),
            timeout=timeout * _MICROSECOND if timeout else None,
            tensors=self._tensors(read.inputs, binary),
            asked=choose([(one.name, one.parameters or {}) for one in read.outputs or ()], parameters),
        )

    def _tensors(self, inputs: Sequence[InputTensor], binary: memoryview) -> Tensors:
        tensors: dict[str, NDArray[Any]] = {}
        place = 0
        for one in inputs:
            if one.name in tensors:
                raise RequestError(BAD_REQUEST, f"the input {one.name!r} is given twice")
            size = whole_number(one.parameters, "binary_data_size", LARGEST) if one.parameters else None
            tensors[one.name] = self._tensor(one, None if size is None else binary[place : place + size])
            place += size or 0
        if place != len(binary):
            raise RequestError(
                BAD_REQUEST,
                f"{len(binary)} bytes follow the JSON, and the inputs' binary_data_size add up to {place}; give the "
                "length of the JSON alone as Inference-Header-Content-Length",
            )
        return tensors

    def _tensor(self, one: InputTensor, binary: memoryview | None) -> NDArray[Any]:
        spec = self._specs.get(one.name)
        if spec is None:
            raise RequestError(BAD_REQUEST, f"there is no input {one.name!r}. {nearest(one.name, list(self._specs))}")
        if one.datatype not in ELEMENTS:
            raise RequestError(
                BAD_REQUEST, f"{one.name!r} is of {one.datatype!r}. {nearest(one.datatype.upper(), list(ELEMENTS))}"
            )
        # before its data is touched: what is of another shape need not be counted element by element
        if len(one.shape) != len(spec.shape) or any(
            0 <= wanted != has for has, wanted in zip(one.shape, spec.shape, strict=True)
        ):
            raise RequestError(
                BAD_REQUEST, f"{one.name!r} has the shape {one.shape}; give {list(spec.shape)}, -1 for the samples"
            )
        if one.shape[0] > self._samples:
            raise RequestError(
                BAD_REQUEST, f"{one.name!r} has {one.shape[0]} samples; give {self._samples} at most in one request"
            )
        if (binary is None) == (one.data is _NOTHING):
            raise RequestError(BAD_REQUEST, f"{one.name!r} needs either data or a binary_data_size in its parameters")
        if binary is None:
            values = read_json(one.data, one.datatype, one.shape, one.name, spec.optional)
        else:
            values = read_binary(binary, one.datatype, one.shape, one.name)
        return widened(values, one.datatype, spec.datatype, one.name)


def _parted(body: bytes, header_length: int | None) -> tuple[bytes | memoryview, memoryview]:
    whole = memoryview(body)
    if header_length is None:
        return body, whole[len(body) :]
    if header_length > len(body):
        raise RequestError(
            BAD_REQUEST, f"Inference-Header-Content-Length is {header_length}, but the body has {len(body)} bytes"
        )
    return whole[:header_length], whole[header_length:]


def _key(parameters: Mapping[str, object]) -> str:
    key = parameters.get("key")
    if key is None:
        return ""
    if isinstance(key, str) or type(key) is int:
        return str(key)
    raise RequestError(BAD_REQUEST, f"the parameter 'key' is {key!r}; give a string or an integer")
