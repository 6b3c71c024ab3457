"""Triton's own client against a real server: metadata, health, JSON and binary tensors, errors."""

import numpy as np
import pytest

from netwright.data.encoding import CategoryColumn, Encoding, NumericColumn
from netwright.serving.app import build_app
from netwright.serving.fake_service import fake_service
from netwright.serving.forms.row_form import RowForm
from netwright.serving.protocol.softmax import softmax
from netwright.serving.settings import Settings

triton = pytest.importorskip("tritonclient.http")


@pytest.fixture
def client(app, live):
    client = triton.InferenceServerClient(live(app))
    yield client
    client.close()


def _image(count=2):
    return np.random.default_rng(1).integers(0, 256, (count, 1, 4, 4), np.uint8)


def _input(pixels, binary):
    tensor = triton.InferInput("image", list(pixels.shape), "UINT8")
    tensor.set_data_from_numpy(pixels, binary_data=binary)
    return tensor


def _expected(service, pixels):
    return (service.form.inputs({"image": pixels}).reshape(len(pixels), -1) @ service.weights).astype(np.float32)


def test_health_and_metadata(client, service):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("fake")
    assert client.is_model_ready("fake", "1")
    assert not client.is_model_ready("fake", "2")
    assert not client.is_model_ready("other")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    assert client.get_model_metadata("fake", "1")["inputs"][0]["datatype"] == "UINT8"
    service.ready = False
    assert not client.is_server_ready()
    assert client.is_server_live()


@pytest.mark.parametrize("there", [True, False], ids=["bytes in", "json in"])
@pytest.mark.parametrize("back", [True, False, None], ids=["bytes out", "json out", "all bytes out"])
def test_images_are_answered(client, service, there, back):
    pixels = _image()
    names = ["embedding", "label", "logits", "probabilities"]
    outputs = None if back is None else [triton.InferRequestedOutput(name, binary_data=back) for name in names]
    result = client.infer("fake", [_input(pixels, there)], outputs=outputs, request_id="mine")
    logits = _expected(service, pixels)
    np.testing.assert_allclose(result.as_numpy("probabilities"), softmax(logits), rtol=1e-6)
    labels = [word.decode() if isinstance(word, bytes) else word for word in result.as_numpy("label")]
    assert labels == [service.manifest.classes[index] for index in logits.argmax(axis=1)]
    assert result.get_response()["id"] == "mine"
    assert result.get_response()["parameters"]["route"] == "main"
    if outputs is None:
        assert result.as_numpy("logits") is None
    else:
        np.testing.assert_allclose(result.as_numpy("logits"), logits, rtol=1e-6)
        assert result.as_numpy("embedding").shape == (2, 16)


def test_a_timeout_and_a_key_are_understood(client, service):
    client.infer("fake", [_input(_image(1), binary=True)], timeout=500_000, parameters={"key": "ann"})
    assert service.seen[0][1] == "ann"


def test_errors_are_read(client):
    wrong = triton.InferInput("image", [1, 2], "FP32")
    wrong.set_data_from_numpy(np.zeros((1, 2), np.float32))
    with pytest.raises(triton.InferenceServerException, match="give \\[-1, 1, 4, 4\\]") as told:
        client.infer("fake", [wrong])
    assert told.value.status() == "400"
    with pytest.raises(triton.InferenceServerException, match="no model 'other'"):
        client.infer("other", [_input(_image(), binary=True)])
    with pytest.raises(triton.InferenceServerException, match="send it as it is"):
        client.infer("fake", [_input(_image(), binary=True)], request_compression_algorithm="gzip")


def test_names_of_classes_come_back_as_bytes(live):
    pixels = _image(64)
    service = fake_service(classes=("Hündin", "犬", ""))
    client = triton.InferenceServerClient(live(build_app(service, Settings())))
    result = client.infer("fake", [_input(pixels, binary=True)])
    found = [word.decode() for word in result.as_numpy("label")]
    assert found == [service.manifest.classes[index] for index in _expected(service, pixels).argmax(axis=1)]
    assert set(found) == set(service.manifest.classes)
    client.close()


@pytest.mark.parametrize("binary", [True, False])
def test_words_and_numbers_of_other_widths_are_taken(live, binary):
    country = CategoryColumn(name="country", levels=("at", "Zürich"))
    form = RowForm(encoding=Encoding(columns=(NumericColumn(name="age", mean=40.0, spread=10.0), country)))
    service = fake_service(form, values=3)
    client = triton.InferenceServerClient(live(build_app(service, Settings())))
    age = triton.InferInput("age", [2], "INT32")
    age.set_data_from_numpy(np.array([30, 50], np.int32), binary_data=binary)
    word = triton.InferInput("country", [2], "BYTES")
    word.set_data_from_numpy(np.array(["Zürich".encode(), b"at"], object), binary_data=binary)
    result = client.infer("fake", [word, age], outputs=[triton.InferRequestedOutput("embedding")])
    assert result.as_numpy("embedding").tolist() == [[-1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    client.close()
