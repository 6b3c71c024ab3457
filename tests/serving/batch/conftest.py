"""Packages as `netwright ship` makes them, small, and engines that can be foreseen."""

from types import SimpleNamespace

import numpy as np
import pytest

from netwright.data.encoding import CategoryColumn, Encoding, NumericColumn
from netwright.serving.engine import Answers
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.text_form import TextForm

from .runs import write

CLASSES = ("cat", "dog", "fox")
ROWS = RowForm(
    encoding=Encoding(
        columns=(
            NumericColumn(name="age", mean=40.0, spread=10.0),
            NumericColumn(name="pay", mean=0.0, spread=1.0, missing=True),
            CategoryColumn(name="city", levels=("Oslo", "Rome")),
        )
    )
)
IMAGES = ImageForm(shape=(1, 4, 6))
TEXTS = TextForm(length=8)


class Weighing:
    """Logits that are sums of the inputs, weighed by fixed random numbers; it notes the batches that it gets."""

    name = "onnx"

    def __init__(self):
        self.batches = []

    def answer(self, inputs):
        flat = np.asarray(inputs, np.float32).reshape(len(inputs), -1)
        weights = np.random.default_rng(0).standard_normal((flat.shape[1], len(CLASSES))).astype(np.float32)
        self.batches.append(len(inputs))
        return Answers(flat @ weights)


def package_of(form, version="0123456789ab", fingerprint="f"):
    manifest = SimpleNamespace(
        classes=CLASSES, shape=getattr(form, "shape", (5,)), data="some data", data_fingerprint=fingerprint
    )
    return SimpleNamespace(
        form=form, manifest=manifest, version=version, model=lambda role: SimpleNamespace(candidate=f"{role} one")
    )


@pytest.fixture
def engine():
    return Weighing()


@pytest.fixture
def served(monkeypatch, engine):
    """Returns a function that makes `predict` find a package of that form, and the engine."""

    def serve(form, **facts):
        monkeypatch.setattr("netwright.serving.batch.predict.open_package", lambda _: package_of(form, **facts))
        monkeypatch.setattr("netwright.serving.batch.predict.open_engine", lambda *_: engine)
        monkeypatch.setattr("netwright.serving.batch.predict.check_engine", lambda *_: 0.0)
        return engine

    return serve


@pytest.fixture
def data(tmp_path):
    return write(tmp_path / "rows.csv")


@pytest.fixture
def _small_parts(monkeypatch):
    monkeypatch.setattr("netwright.serving.batch.predict.CHUNK", 8)
