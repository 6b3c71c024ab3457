"""Requests: what is understood, what is refused, and that nothing else ever happens."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.errors import RequestError
from netwright.records.package import TensorSpec
from netwright.serving.protocol.datatypes import ELEMENTS
from netwright.serving.protocol.request import RequestDecoder

SPECS = (
    TensorSpec(name="image", datatype="UINT8", shape=(-1, 1, 2, 2)),
    TensorSpec(name="age", datatype="FP64", shape=(-1,), optional=True),
    TensorSpec(name="count", datatype="INT64", shape=(-1,)),
    TensorSpec(name="share", datatype="FP32", shape=(-1,)),
    TensorSpec(name="word", datatype="BYTES", shape=(-1,), optional=True),
    TensorSpec(name="flag", datatype="BOOL", shape=(-1,)),
)
DECODER = RequestDecoder(SPECS, 8)


def _decode(*inputs, **more):
    return DECODER.decode(json.dumps({"inputs": list(inputs), **more}).encode())


def _tensor(name, datatype, shape, data):
    return {"name": name, "datatype": datatype, "shape": shape, "data": data}


def _refused(inputs, **more):
    with pytest.raises(RequestError) as told:
        _decode(*inputs, **more)
    assert told.value.status == 400
    return str(told.value)


@pytest.mark.parametrize("data", [[1, 2, 3, 255], [[[[1, 2], [3, 255]]]]], ids=["flat", "nested"])
def test_a_tensor_comes_flat_or_nested(data):
    read = _decode(_tensor("image", "UINT8", [1, 1, 2, 2], data))
    assert read.tensors["image"].dtype == np.uint8
    assert read.tensors["image"].tolist() == [[[[1, 2], [3, 255]]]]


@given(data=st.data())
def test_what_numpy_writes_is_what_is_read(data):
    datatype = data.draw(st.sampled_from([name for name in ELEMENTS if name not in {"BYTES", "BOOL", "FP16"}]))
    wanted = {"u": "count", "i": "count", "f": "age"}[ELEMENTS[datatype].dtype.kind]
    wanted = "age" if datatype == "UINT64" else wanted
    width = ELEMENTS[datatype].dtype.itemsize * 8
    if datatype.startswith("FP"):
        element = st.floats(width=width, allow_nan=False, allow_infinity=False)
    else:
        low = 0 if datatype.startswith("U") else -(2 ** (min(width, 53) - 1))
        element = st.integers(low, 2 ** (min(width, 53) - 1) - 1)
    values = np.array(data.draw(st.lists(element, min_size=1, max_size=8)), ELEMENTS[datatype].dtype)
    spoken = _decode(_tensor(wanted, datatype, [len(values)], values.tolist()))
    head = {"inputs": [{"name": wanted, "datatype": datatype, "shape": [len(values)],
                        "parameters": {"binary_data_size": values.nbytes}}]}  # fmt: skip
    text = json.dumps(head).encode()
    binary = DECODER.decode(text + values.tobytes(), len(text))
    np.testing.assert_array_equal(spoken.tensors[wanted], values)
    np.testing.assert_array_equal(binary.tensors[wanted], values)
    assert spoken.tensors[wanted].dtype == binary.tensors[wanted].dtype == (np.float64 if wanted == "age" else np.int64)


def test_words_and_missing_values():
    read = _decode(_tensor("word", "BYTES", [3], ["Zürich", "", None]), _tensor("age", "FP64", [3], [1, None, 2.5]))
    assert read.tensors["word"].tolist() == ["Zürich".encode(), b"", b""]
    np.testing.assert_array_equal(read.tensors["age"], [1, np.nan, 2.5])


def test_binary_words_and_booleans():
    words = b"\x02\x00\x00\x00ab\x00\x00\x00\x00"
    head = json.dumps(
        {
            "inputs": [
                {"name": "word", "datatype": "BYTES", "shape": [2], "parameters": {"binary_data_size": len(words)}},
                {"name": "flag", "datatype": "BOOL", "shape": [2], "parameters": {"binary_data_size": 2}},
            ]
        }
    ).encode()
    read = DECODER.decode(head + words + b"\x01\x00", len(head))
    assert read.tensors["word"].tolist() == [b"ab", b""]
    assert read.tensors["flag"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("tensor", "said"),
    [
        (_tensor("image", "UINT8", [1, 1, 2, 2], [1, 2, 3]), "has 3 elements; its shape [1, 1, 2, 2] has 4"),
        (_tensor("image", "UINT8", [1, 1, 2, 2], [1, 2, 3, 256]), "cannot hold"),
        (_tensor("image", "UINT8", [1, 1, 2, 2], [1, 2, 3, -1]), "cannot hold"),
        (_tensor("image", "UINT8", [1, 1, 2, 2], [1, 2, 3, 4.5]), "no list of UINT8"),
        (_tensor("image", "UINT8", [1, 1, 2, 2], [1, 2, 3, None]), "no list of UINT8"),
        (_tensor("image", "UINT8", [1, 1, 2, 2], [[1, 2], [3, 4]]), "2 lists deep"),
        (_tensor("image", "UINT8", [1, 1, 2, 2], [[[[1, 2], [3]]]]), "a list of 1"),
        (_tensor("image", "UINT8", [1, 1, 2, 2], [[[[1, 2], 3]]]), "no list of UINT8"),
        (_tensor("image", "UINT8", [1, 1, 2, 2], 5), "0 lists deep"),
        (_tensor("image", "INT64", [1, 1, 2, 2], [1, 2, 3, 4]), "give UINT8"),
        (_tensor("image", "uint8", [1, 1, 2, 2], [1, 2, 3, 4]), "Did you mean UINT8"),
        (_tensor("image", "UINT8", [0, 1, 2, 2], []), "shape"),
        (_tensor("image", "UINT8", [], [1]), "shape"),
        (_tensor("image", "UINT8", [-1, 1, 2, 2], []), "shape"),
        (_tensor("image", "UINT8", [1] * 9, [1]), "shape"),
        (_tensor("image", "UINT8", [1, 2, 2, 1], [1, 2, 3, 4]), "has the shape [1, 2, 2, 1]; give [-1, 1, 2, 2]"),
        (_tensor("image", "UINT8", [4], [1, 2, 3, 4]), "has the shape [4]"),
        (_tensor("imag", "UINT8", [1], [1]), "Did you mean image"),
        (_tensor("share", "FP64", [1], [1.0]), "give FP32"),
        (_tensor("share", "FP32", [1], [1e39]), "cannot hold"),
        (_tensor("share", "FP32", [1], [True]), "no list of FP32"),
        (_tensor("share", "FP32", [1], [None]), "no list of FP32"),
        (_tensor("share", "INT32", [1], [2**24 + 1]), "would round"),
        (_tensor("age", "INT64", [1], [2**53 + 1]), "would round"),
        (_tensor("age", "FP16", [1], [65536.0]), "cannot hold"),
        (_tensor("count", "UINT64", [1], [1]), "give INT64"),
        (_tensor("count", "INT64", [1], [2**63]), "cannot hold"),
        (_tensor("word", "BYTES", [1], [7]), "no list of BYTES"),
        ({"name": "share", "datatype": "FP32", "shape": [1]}, "either data or a binary_data_size"),
        ({**_tensor("share", "FP32", [1], [1.0]), "parameters": {"binary_data_size": 0}}, "either data or"),
        ({**_tensor("share", "FP32", [1], [1.0]), "parameters": {"binary_data_size": True}}, "binary_data_size"),
        ({**_tensor("share", "FP32", [1], [1.0]), "parameters": {"x": {}}}, "parameters"),
        ({**_tensor("share", "FP32", [1], [1.0]), "dtype": "FP32"}, "dtype"),
    ],
)
def test_a_tensor_that_is_none_is_refused(tensor, said):
    assert said in _refused([tensor])


@pytest.mark.parametrize("text", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"1" * 5000])
def test_what_is_no_number_is_refused(text):
    body = b'{"inputs": [{"name": "age", "datatype": "FP64", "shape": [1], "data": [' + text + b"]}]}"
    with pytest.raises(RequestError) as told:
        DECODER.decode(body)
    assert told.value.status == 400


def test_too_many_samples_are_refused():
    assert "8 at most" in _refused([_tensor("count", "INT64", [9], [1] * 9)])


def test_a_tensor_given_twice_is_refused():
    assert "twice" in _refused([_tensor("count", "INT64", [1], [1])] * 2)


def test_parameters_are_read():
    read = _decode(id="a", parameters={"timeout": 2500, "key": 7, "theirs": None})
    assert (read.id, read.key, read.timeout) == ("a", "7", 0.0025)
    assert _decode(id=None, parameters={"timeout": 0})[:3] == ("", "", None)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"parameters": {"timeout": -1}}, "timeout"),
        ({"parameters": {"timeout": 1.5}}, "timeout"),
        ({"parameters": {"timeout": True}}, "timeout"),
        ({"parameters": {"timeout": 2**63}}, "timeout"),
        ({"parameters": {"key": 1.5}}, "key"),
        ({"parameters": {"key": False}}, "key"),
        ({"parameters": {"binary_data_output": 1}}, "binary_data_output"),
        ({"outputs": [{"name": "labels"}]}, "Did you mean label"),
        ({"outputs": [{"name": "label"}, {"name": "label"}]}, "twice"),
        ({"outputs": [{"name": "label", "parameters": {"classification": 3}}]}, "classification"),
        ({"outputs": [{"name": "label", "parameters": {"binary_data": "yes"}}]}, "binary_data"),
        ({"id": "x" * 257}, "id"),
        ({"output": []}, "output"),
    ],
)
def test_what_cannot_be_followed_is_refused(more, said):
    assert said in _refused([], **more)


def test_outputs_are_chosen():
    assert _decode().asked == (("label", False), ("probabilities", False))
    assert _decode(parameters={"binary_data_output": True}).asked == (("label", True), ("probabilities", True))
    outputs = [{"name": "logits"}, {"name": "label", "parameters": {"binary_data": False}}]
    read = _decode(outputs=outputs, parameters={"binary_data_output": True})
    assert read.asked == [("logits", True), ("label", False)]


@pytest.mark.parametrize(
    ("sizes", "tail", "length", "said"),
    [
        ([4], b"abc", 0, "comes as 3 bytes"),
        ([4], b"abcde", 0, "5 bytes follow"),
        ([3], b"abc", 0, "takes 4"),
        ([4], b"abcd", 10**6, "but the body has"),
        ([4], b"abcd", 1, "is no inference request"),
        ([2**62], b"abcd", 0, "add up to"),
    ],
)
def test_bytes_that_do_not_add_up_are_refused(sizes, tail, length, said):
    inputs = [
        {"name": "image", "datatype": "UINT8", "shape": [1, 1, 2, 2], "parameters": {"binary_data_size": size}}
        for size in sizes
    ]
    text = json.dumps({"inputs": inputs}).encode()
    with pytest.raises(RequestError, match=said) as told:
        DECODER.decode(text + tail, length or len(text))
    assert told.value.status == 400


@pytest.mark.parametrize("content", [b"\x01", b"\x05\x00\x00\x00abc", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00" * 2])
def test_words_that_are_cut_off_are_refused(content):
    one = {"name": "word", "datatype": "BYTES", "shape": [1], "parameters": {"binary_data_size": len(content)}}
    text = json.dumps({"inputs": [one]}).encode()
    with pytest.raises(RequestError, match="word"):
        DECODER.decode(text + content, len(text))


def test_a_byte_that_is_no_boolean_is_refused():
    one = {"name": "flag", "datatype": "BOOL", "shape": [1], "parameters": {"binary_data_size": 1}}
    text = json.dumps({"inputs": [one]}).encode()
    with pytest.raises(RequestError, match="a BOOL is 0 or 1"):
        DECODER.decode(text + b"\x02", len(text))


def test_a_huge_name_is_refused_and_not_compared_with_others():
    for key in ("name", "datatype"):
        tensor = {**_tensor("share", "FP32", [1], [1.0]), key: "x" * 10**6}
        assert "length <= 1000" in _refused([tensor])
    assert "length <= 1000" in _refused([], outputs=[{"name": "x" * 10**6}])


def test_more_words_than_the_shape_has_are_not_all_read():
    content = b"\x00\x00\x00\x00" * 10**6
    one = {"name": "word", "datatype": "BYTES", "shape": [2], "parameters": {"binary_data_size": len(content)}}
    text = json.dumps({"inputs": [one]}).encode()
    with pytest.raises(RequestError, match="more than 2 BYTES"):
        DECODER.decode(text + content, len(text))


def test_deep_nesting_is_refused():
    for depth in (100, 100_000):
        data = b"[" * depth + b"]" * depth
        for body in (data, b'{"inputs": [{"name": "age", "datatype": "FP64", "shape": [1], "data": ' + data + b"}]}"):
            with pytest.raises(RequestError):
                DECODER.decode(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(body=st.binary(max_size=200), length=st.none() | st.integers(0, 300))
def test_random_bytes_are_only_ever_refused(body, length):
    with pytest.raises(RequestError):
        DECODER.decode(body, length)


@given(
    name=st.sampled_from([spec.name for spec in SPECS]) | JSON,
    datatype=st.sampled_from(sorted(ELEMENTS)) | JSON,
    shape=st.lists(st.integers(-1, 4), max_size=4) | JSON,
    data=st.lists(st.integers() | st.floats() | st.text(max_size=3) | st.booleans() | st.none(), max_size=5) | JSON,
    more=st.dictionaries(st.sampled_from(["id", "outputs", "parameters"]), JSON, max_size=2),
    tail=st.binary(max_size=12),
    size=st.none() | st.integers(-1, 20),
)
def test_whatever_comes_is_read_or_refused(name, datatype, shape, data, more, tail, size):
    one = {"name": name, "datatype": datatype, "shape": shape}
    one |= {"data": data} if size is None else {"parameters": {"binary_data_size": size}}
    text = json.dumps({"inputs": [one], **more}).encode()
    read = _read_or_refused(text + tail, len(text))
    wanted = {spec.name: ELEMENTS[spec.datatype].dtype for spec in SPECS}
    assert read is None or all(values.dtype == wanted[name] for name, values in read.tensors.items())


def _read_or_refused(body, length):
    try:
        return DECODER.decode(body, length)
    except RequestError as error:
        if error.status != 400:
            raise
        return None
