"""The outputs that a request may ask for, and those that it gets where it asks for none."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netwright.records.errors import RequestError, nearest
from netwright.records.package import TensorSpec
from netwright.serving.protocol.datatypes import BAD_REQUEST

Parameters = dict[str, str | int | float | bool | None]
"""Of a request, an input or an output. Source: Open Inference Protocol, "Parameters"."""

LABEL, PROBABILITIES, LOGITS, EMBEDDING = "label", "probabilities", "logits", "embedding"
OUTPUTS = (LABEL, PROBABILITIES, LOGITS, EMBEDDING)
DEFAULT = (LABEL, PROBABILITIES)


class Asked(NamedTuple):
    """An output that is wanted.

    Args:
        name: One of `OUTPUTS`.
        binary: Whether it is wanted as bytes behind the JSON.
    """

    name: str
    binary: bool = False


_PLAIN = tuple(Asked(name) for name in DEFAULT)
_BINARY = tuple(Asked(name, binary=True) for name in DEFAULT)


def output_specs(classes: int) -> tuple[TensorSpec, ...]:
    """Return the outputs of a model; -1 stands for the samples, and for the width of the embedding.

    >>> [spec.name for spec in output_specs(10) if not spec.optional]
    ['label', 'probabilities']
    """
    return (
        TensorSpec(name=LABEL, datatype="BYTES", shape=(-1,)),
        TensorSpec(name=PROBABILITIES, datatype="FP32", shape=(-1, classes)),
        TensorSpec(name=LOGITS, datatype="FP32", shape=(-1, classes), optional=True),
        TensorSpec(name=EMBEDDING, datatype="FP32", shape=(-1, -1), optional=True),
    )


def choose(outputs: Sequence[tuple[str, Mapping[str, object]]], parameters: Mapping[str, object]) -> Sequence[Asked]:
    """Return the outputs that a request wants.

    Args:
        outputs: Name and parameters of each output that it names; none asks for `label` and `probabilities`.
        parameters: Of the request: `binary_data_output` is what holds for outputs that don't say `binary_data`.

    Returns:
        Them, in the order of the request.

    Raises:
        RequestError: 400: an output that there is not, one that is named twice, or a parameter that cannot be followed.
    """
    binary = _flag(parameters, "binary_data_output", otherwise=False)
    if not outputs:
        return _BINARY if binary else _PLAIN
    names = [name for name, _ in outputs]
    for place, (name, own) in enumerate(outputs):
        if name not in OUTPUTS:
            raise RequestError(BAD_REQUEST, f"there is no output {name!r}. {nearest(name, OUTPUTS)}")
        if name in names[:place]:
            raise RequestError(BAD_REQUEST, f"the output {name!r} is asked for twice")
        if "classification" in own:
            raise RequestError(BAD_REQUEST, f"the extension 'classification' of {name!r} is not there; ask for {LABEL}")
    return [Asked(name, _flag(own, "binary_data", otherwise=binary)) for name, own in outputs]


def whole_number(parameters: Mapping[str, object], name: str, largest: int) -> int | None:
    """Return a parameter that is a whole number.

    Args:
        parameters: That may hold it.
        name: Of the parameter.
        largest: That it may be; the smallest is 0.

    Returns:
        It, or None where it is not there.

    Raises:
        RequestError: 400: it is no such number.
    """
    value = parameters.get(name)
    # a bool is an int to Python, and none to the protocol
    if value is None or (type(value) is int and 0 <= value <= largest):
        return value
    raise RequestError(BAD_REQUEST, f"the parameter {name!r} is {value!r}; give a whole number from 0")


def _flag(parameters: Mapping[str, object], name: str, otherwise: bool) -> bool:
    value = parameters.get(name, otherwise)
    if isinstance(value, bool):
        return value
    raise RequestError(BAD_REQUEST, f"the parameter {name!r} is {value!r}; give true or false")
