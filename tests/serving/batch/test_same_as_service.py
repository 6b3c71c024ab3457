"""Batch prediction says what the service says, of the same package and the same samples."""

import asyncio
import csv
import json

import numpy as np
import pytest
from PIL import Image

from netwright.data.catalog import load
from netwright.machine.progress import Silent
from netwright.serving.batch.predict import PredictSetting, predict
from netwright.serving.build import build_service_app
from netwright.serving.settings import Settings

COUNT, TOGETHER = 48, 16


@pytest.fixture(scope="module")
def pixels():
    dataset = load("digits")
    return dataset.test_images[:COUNT].numpy()


async def asked(package, pixels, together):
    """Return the probabilities and labels of the service, so many samples a request."""
    app = build_service_app(package.folder, Settings(port=0))
    await app.start()
    try:
        parts = [await ask(app, package, pixels[i : i + together]) for i in range(0, len(pixels), together)]
    finally:
        await app.stop(5.0)
    return np.concatenate([shares for shares, _ in parts]), [name for _, names in parts for name in names]


async def ask(app, package, images):
    tensor = {"name": "image", "datatype": "UINT8", "shape": list(images.shape), "data": images.ravel().tolist()}
    outputs = [{"name": "probabilities"}, {"name": "label"}]
    body, sent = json.dumps({"inputs": [tensor], "outputs": outputs}).encode(), []
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    path = f"/v2/models/{package.manifest.name}/infer"
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b"", "root_path": ""}

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200, sent
    shares, names = json.loads(b"".join(message.get("body", b"") for message in sent))["outputs"]
    return np.array(shares["data"]).reshape(shares["shape"]), names["data"]


def predicted(package, data, out, batch):
    predict(PredictSetting(package.folder, str(data), out, batch=batch, probabilities=True), Silent())
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:COUNT]
    shares = [[float(row[f"p({name})"]) for name in package.manifest.classes] for row in rows]
    return np.array(shares), [row["label"] for row in rows]


def test_the_same_batch_gives_the_same_bits_and_another_one_the_same_answer(tiny_package, pixels, tmp_path):
    shares, labels = predicted(tiny_package, "digits", tmp_path / "out.csv", TOGETHER)
    same, names = asyncio.run(asked(tiny_package, pixels, TOGETHER))
    np.testing.assert_array_equal(shares, same)
    assert labels == names
    alone, names = asyncio.run(asked(tiny_package, pixels, 1))
    np.testing.assert_allclose(shares, alone, atol=1e-6)
    assert labels == names


def test_files_and_lines_give_the_same_as_the_data_set(tiny_package, pixels, tmp_path):
    wanted, labels = predicted(tiny_package, "digits", tmp_path / "set.csv", TOGETHER)
    (tmp_path / "pictures").mkdir()
    for number, image in enumerate(pixels):
        Image.fromarray(image[0]).save(tmp_path / "pictures" / f"{number:03}.png")
    lines = [json.dumps({"image": image.tolist()}) for image in pixels]
    (tmp_path / "pictures.jsonl").write_text("\n".join(lines))
    for number, data in enumerate(("pictures", "pictures.jsonl")):
        shares, names = predicted(tiny_package, tmp_path / data, tmp_path / f"{number}.csv", TOGETHER)
        np.testing.assert_array_equal(shares, wanted)
        assert names == labels
    one, _ = predicted(tiny_package, tmp_path / "pictures" / "007.png", tmp_path / "one.csv", TOGETHER)
    np.testing.assert_allclose(one, wanted[7:8], atol=1e-6)
