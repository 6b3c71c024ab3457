"""Responses: what a client reads from them is what was answered."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netwright.records.errors import RequestError
from netwright.serving.engine import Answers
from netwright.serving.protocol.asked import OUTPUTS, Asked
from netwright.serving.protocol.response import ResponseEncoder
from netwright.serving.protocol.softmax import softmax
from netwright.serving.routing.answered import Answered

CLASSES = ("cat", "Hündin", "")
ENCODER = ResponseEncoder("pets", CLASSES)
LOGITS = np.array([[0.0, 2.0, 1.0], [5.0, -5.0, 0.0]], np.float32)
EMBEDDING = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)


def _answered(logits=LOGITS, embedding=EMBEDDING, route="canary"):
    return Answered(Answers(logits, embedding), "mlp", "v7", route)


def test_json_says_who_answered_and_what():
    encoded = ENCODER.encode(_answered(), "r1", [Asked(name) for name in OUTPUTS])
    told = json.loads(encoded.body)
    assert encoded.header_length is None
    assert (told["model_name"], told["model_version"], told["id"]) == ("pets", "v7", "r1")
    assert told["parameters"] == {"model": "mlp", "route": "canary", "version": "v7"}
    label, probabilities, logits, embedding = told["outputs"]
    assert label == {"name": "label", "shape": [2], "datatype": "BYTES", "data": ["Hündin", "cat"]}
    assert (probabilities["shape"], probabilities["datatype"]) == ([2, 3], "FP32")
    raised = np.exp(LOGITS.astype(np.float64))
    shares = raised / raised.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.reshape(probabilities["data"], (2, 3)), shares, rtol=1e-6)
    assert logits["data"] == LOGITS.ravel().tolist()
    assert embedding["data"] == EMBEDDING.ravel().tolist()


def test_bytes_stand_behind_the_json_in_the_order_of_the_outputs():
    asked = [Asked("logits", binary=True), Asked("probabilities"), Asked("label", binary=True)]
    encoded = ENCODER.encode(_answered(), "r1", asked)
    told = json.loads(encoded.body[: encoded.header_length])
    tail = encoded.body[encoded.header_length :]
    sizes = [one.get("parameters", {}).get("binary_data_size") for one in told["outputs"]]
    words = b"".join(struct.pack("<I", len(word)) + word for word in ("Hündin".encode(), b"cat"))
    assert sizes == [LOGITS.nbytes, None, len(words)]
    assert tail == LOGITS.tobytes() + words
    assert "data" in told["outputs"][1]
    assert "data" not in told["outputs"][0]


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("name", OUTPUTS)
def test_an_answer_that_is_no_number_is_an_error(name, wrong):
    with pytest.raises(RequestError, match="no numbers") as told:
        ENCODER.encode(_answered(logits=np.array([[wrong, 0, 0]], np.float32)), "", [Asked(name)])
    assert told.value.status == 500


def test_a_class_that_the_constant_never_says_has_probability_zero():
    with np.errstate(divide="ignore"):
        prior = np.log(np.array([[0.5, 0.5, 0.0]], np.float32))
    told = json.loads(ENCODER.encode(_answered(prior, None, "constant"), "", [Asked("probabilities")]).body)
    assert told["outputs"][0]["data"] == [0.5, 0.5, 0.0]


@pytest.mark.parametrize(("route", "status"), [("main", 400), ("constant", 503)])
def test_an_embedding_that_is_not_there(route, status):
    with pytest.raises(RequestError, match="embedding") as told:
        ENCODER.encode(_answered(embedding=None, route=route), "", [Asked("embedding")])
    assert told.value.status == status


@given(arrays(np.float32, (3, 5), elements=st.floats(-(2.0**99), 2.0**99, width=32)))
def test_probabilities_sum_to_one_whatever_the_logits(logits):
    found = softmax(logits)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    assert (found.argmax(axis=1) == logits.argmax(axis=1)).all() or (found.max(axis=1) <= 0.5 + 1e-6).any()
