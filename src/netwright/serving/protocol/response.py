"""The answer to an inference request: from logits to the bytes of its body."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import RequestError
from netwright.serving.protocol.asked import EMBEDDING, LABEL, LOGITS, PROBABILITIES, Asked
from netwright.serving.protocol.datatypes import BAD_REQUEST
from netwright.serving.protocol.softmax import softmax
from netwright.serving.protocol.tensor_binary import write_binary, write_words
from netwright.serving.routing.answered import Answered

FAILED, UNAVAILABLE = 500, 503


class Encoded(NamedTuple):
    """The body of a response.

    Args:
        body: JSON, and the bytes of binary outputs behind it.
        header_length: Bytes of the JSON; None where there is nothing else.
    """

    body: bytes
    header_length: int | None


class ResponseEncoder:
    """Writes the answers of a model."""

    def __init__(self, model: str, classes: Sequence[str]) -> None:
        """Take what every answer says.

        Args:
            model: Its name, as requests call it.
            classes: What each logit means.
        """
        self._model = model
        self._classes = tuple(classes)
        self._words = tuple(name.encode() for name in classes)
        self._encoder = msgspec.json.Encoder()

    def encode(self, answered: Answered, request_id: str, asked: Sequence[Asked]) -> Encoded:
        """Return the body of a response.

        Args:
            answered: Who said what.
            request_id: Of the request.
            asked: The outputs that it wants.

        Returns:
            The body.

        Raises:
            RequestError: 400 or 503: there is no embedding to be had; 500: a model answered with what is no number.
        """
        tails: list[bytes] = []
        probabilities = _sound(softmax(answered.answers.logits), "probabilities", answered)
        outputs = [
            self._label(one, probabilities, tails)
            if one.name == LABEL
            else _output(one, probabilities if one.name == PROBABILITIES else _values(one.name, answered), tails)
            for one in asked
        ]
        head = self._encoder.encode(
            {
                "model_name": self._model,
                "model_version": answered.version,
                "id": request_id,
                "parameters": {"model": answered.model, "route": answered.route, "version": answered.version},
                "outputs": outputs,
            }
        )
        return Encoded(b"".join((head, *tails)), len(head)) if tails else Encoded(head, None)

    def _label(self, one: Asked, probabilities: NDArray[np.float32], tails: list[bytes]) -> dict[str, Any]:
        best = probabilities.argmax(axis=1).tolist()
        said: dict[str, Any] = {"name": LABEL, "shape": [len(best)], "datatype": "BYTES"}
        if not one.binary:
            return {**said, "data": [self._classes[index] for index in best]}
        return {**said, "parameters": _behind(write_words(self._words[index] for index in best), tails)}


def _output(one: Asked, values: NDArray[np.float32], tails: list[bytes]) -> dict[str, Any]:
    said: dict[str, Any] = {"name": one.name, "shape": values.shape, "datatype": "FP32"}
    if not one.binary:
        return {**said, "data": values.ravel().tolist()}
    return {**said, "parameters": _behind(write_binary(values), tails)}


def _behind(tail: bytes, tails: list[bytes]) -> dict[str, int]:
    tails.append(tail)
    return {"binary_data_size": len(tail)}


def _values(name: str, answered: Answered) -> NDArray[np.float32]:
    logits, embedding = answered.answers
    if name == LOGITS:
        return _sound(logits, name, answered)
    if embedding is not None:
        return _sound(embedding, name, answered)
    if answered.route == "constant":
        raise RequestError(UNAVAILABLE, "no model can answer now, and the constant answer has no embedding")
    raise RequestError(BAD_REQUEST, f"{answered.model} has no embedding; leave {EMBEDDING!r} out of the outputs")


def _sound(values: NDArray[np.float32], name: str, answered: Answered) -> NDArray[np.float32]:
    # NaN would become null in JSON: an answer that is none must not look like one
    if np.isfinite(values).all():
        return values
    raise RequestError(FAILED, f"{answered.model} answered with {name} that are no numbers (NaN or infinity)")
